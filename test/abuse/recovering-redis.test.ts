/**
 * A Redis that has just come back has every worker upon it at once. What they ask of it is bounded: subscriptions in
 * batches, and a number of reads at a time that doesn't grow with the number of keys.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { ready, unready } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const KEYS = 1_200;
/** One way: while an answer travels, whoever doesn't wait for it asks on. */
const DELAY_MS = 60;
/** Reads of one worker that are under way at once. */
const CONCURRENCY = 64;
/** Channels in one SUBSCRIBE, and what else is subscribed to. */
const BATCH = 512;
const OTHER_SUBSCRIBES = 3;
/** Longer than a machine stands still: connections are lost where they are cut, and at no other time. Seconds. */
const PATIENCE = 15;

describe('a Redis that comes back', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let target: Target;
  beforeAll(async () => {
    redis = await RedisServer.start();
    proxy = await TcpProxy.start(redis.port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    target = await Target.start({
      flags: { 'redis-url': url, 'redis-timeout': PATIENCE, 'probe-timeout': PATIENCE },
    });
  });
  afterAll(async () => {
    await target.stop();
    await proxy.stop();
    await redis.stop();
  });

  /** Calls of a command since the counters began. */
  async function calls(command: string): Promise<number> {
    const stats = String(await redis.cli('INFO', 'commandstats'));
    return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
  }

  it('is not stampeded by those who had waited, and they are all woken', async () => {
    const wires = await Promise.all(Array.from({ length: KEYS }, () => Wire.open(target.port)));
    for (const [index, wire] of wires.entries()) wire.send(render(`/get?key=abuse:back${index}&after=0`));
    await until(async () => (await target.figure('comet_waiters')) === KEYS, { interval: 50 });
    const subscribed = async () => ((await redis.cli('PUBSUB', 'CHANNELS', '*:ch@0:*')) as string[]).length;
    await until(async () => (await subscribed()) === KEYS, { interval: 50 });
    await proxy.cut();
    await unready(target.comet);
    await redis.cli('CONFIG', 'RESETSTAT');
    proxy.delay(DELAY_MS);
    await proxy.restore();
    const looks: { readonly at: number; readonly reads: number }[] = [];
    await until(
      async () => {
        const reads = await calls('evalsha');
        looks.push({ at: performance.now(), reads });
        return reads >= KEYS;
      },
      { timeout: 20_000, interval: 10, message: 'every key to be read again' },
    );
    expect(await calls('subscribe')).toBeLessThanOrEqual(Math.ceil(KEYS / BATCH) + OTHER_SUBSCRIBES);
    const first = looks.find(({ reads }) => reads > CONCURRENCY / 2)?.at as number;
    const trips = ((looks.at(-1)?.at as number) - first) / (2 * DELAY_MS);
    // A round trip for each that many; the probes' own calls are among those counted.
    expect(trips).toBeGreaterThan((KEYS / CONCURRENCY) * 0.7);
    await ready(target.comet);
    // Nothing was asked twice.
    expect(await calls('evalsha')).toBeLessThan(KEYS * 1.3);
    for (const index of [0, KEYS / 2, KEYS - 1]) {
      expect((await target.set(`abuse:back${index}`, 'v')).status).toBe(200);
      expect((await wires[index]?.answer())?.json).toMatchObject({ value: 'v', recovered: true });
    }
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });
});
