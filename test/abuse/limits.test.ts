/** At each bound the refusal is clean and counted, and whoever was there before it goes on. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { get } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { refusedAs, Target } from './target.ts';

const WAITERS = 8;
const PER_KEY = 5;
const WATCHED = 6;
const CONNECTIONS = 30;

describe('at the bound on', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.start({
      flags: {
        'max-waiters': WAITERS,
        'max-waiters-per-key': PER_KEY,
        'max-watched-keys': WATCHED,
        'max-connections': CONNECTIONS,
        'history-size': 4,
      },
    });
  });
  afterAll(() => target.stop());

  /** Sends so many polls and waits until they are parked. */
  async function park(paths: readonly string[]): Promise<Wire[]> {
    const wires = await Promise.all(paths.map(() => Wire.open(target.port)));
    for (const [index, wire] of wires.entries()) wire.send(render(paths[index] as string));
    await until(async () => (await target.figure('comet_waiters')) === paths.length);
    return wires;
  }

  it('waiters of a key, of a mailbox', async () => {
    for (const [path, key] of [
      ['/get?key=abuse:full&after=0', 'abuse:full'],
      [target.mailbox('full'), null],
    ] as const) {
      const before = await target.refused('waiters_per_key');
      const wires = await park(new Array<string>(PER_KEY).fill(path));
      for (let count = 0; count < 3; count++) refusedAs(await get(target.port, path), 'TOO_MANY_WAITERS_ON_KEY');
      expect(await target.refused('waiters_per_key')).toBe(before + 3);
      expect((await get(target.port, '/get?key=abuse:elsewhere&timeout=0')).status).toBe(200);
      if (key !== null) {
        await target.set(key, 'v');
        for (const wire of wires) expect((await wire.answer()).json).toMatchObject({ value: 'v' });
      }
      for (const wire of wires) wire.destroy();
      await target.recovered();
    }
  });

  it('waiters of a worker', async () => {
    const wires = await park(Array.from({ length: WAITERS }, (_, index) => `/get?key=abuse:w${index % 4}&after=0`));
    refusedAs(await get(target.port, '/get?key=abuse:elsewhere'), 'TOO_MANY_WAITERS');
    refusedAs(await get(target.port, target.mailbox('elsewhere')), 'TOO_MANY_WAITERS');
    expect(await target.refused('waiters')).toBe(2);
    // Publishing and health are not among what waits.
    expect((await target.set('abuse:w1', 'v')).status).toBe(200);
    expect((await wires[1]?.answer())?.json).toMatchObject({ value: 'v' });
    expect((await get(target.port, '/readyz')).status).toBe(200);
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });

  it('watched keys: those that are waited for stay, those that linger give way', async () => {
    const keys = Array.from({ length: WATCHED }, (_, index) => `abuse:watched${index}`);
    const wires = await park(keys.map((key) => `/get?key=${key}&after=0`));
    refusedAs(await get(target.port, '/get?key=abuse:more&after=0'), 'TOO_MANY_KEYS');
    expect(await target.refused('watched_keys')).toBe(1);
    wires.pop()?.destroy();
    await until(async () => (await target.figure('comet_waiters')) === WATCHED - 1);
    // Endless others in the one place that is left.
    for (let count = 0; count < 50; count++) {
      expect((await get(target.port, `/get?key=abuse:endless${count}&after=0&timeout=0.01`)).status).toBe(200);
    }
    expect(await target.figure('comet_keys_watched')).toBe(WATCHED);
    await target.set(keys[0] as string, 'v');
    expect((await wires[0]?.answer())?.json).toMatchObject({ value: 'v' });
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });

  it('connections', async () => {
    const wires = await Promise.all(Array.from({ length: CONNECTIONS }, () => Wire.open(target.port)));
    await until(async () => (await target.figure('comet_connections')) === CONNECTIONS);
    for (let count = 0; count < 3; count++) await expect(get(target.port, '/healthz')).rejects.toThrow();
    expect(await target.refused('connections')).toBeGreaterThanOrEqual(3);
    wires[0]?.send(render('/healthz'));
    expect((await wires[0]?.answer())?.status).toBe(200);
    for (const wire of wires) wire.destroy();
    await target.recovered();
  });

  it('history: older entries go, and who missed them is told', async () => {
    const first = (await target.set('abuse:history', 'v0')).json<{ cursor: string }>().cursor;
    for (let count = 1; count <= 50; count++) await target.set('abuse:history', `v${count}`);
    const answer = (await get(target.port, `/get?key=abuse:history&after=${first}&all=1`)).json();
    expect(answer.entries).toHaveLength(4);
    expect([answer.value, answer.recovered]).toEqual(['v50', false]);
  });
});

describe('publishes under way', () => {
  it('are bounded while Redis stands still, and go on after it', async () => {
    const redis = await RedisServer.start();
    const proxy = await TcpProxy.start(redis.port);
    const url = `redis://127.0.0.1:${proxy.port}`;
    // Long enough for all of them to come before the first of them fails.
    const target = await Target.start({ flags: { 'redis-url': url, 'max-publishes': 5, 'redis-timeout': 5 } });
    try {
      proxy.silence();
      const answers = await Promise.all(Array.from({ length: 20 }, () => target.set('abuse:publish', 'v')));
      const refused = answers.filter(({ status }) => status === 429);
      expect(refused).toHaveLength(15);
      for (const answer of refused) refusedAs(answer, 'TOO_MANY_PUBLISHES');
      expect(answers.filter(({ status }) => status === 503)).toHaveLength(5);
      expect(await target.refused('publishes')).toBe(15);
      proxy.resume();
      await until(async () => (await target.set('abuse:publish', 'w')).status === 200, { interval: 50 });
      await target.recovered();
    } finally {
      await target.stop();
      await proxy.stop();
      await redis.stop();
    }
  });
});
