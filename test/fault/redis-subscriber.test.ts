import { afterEach, describe, expect, it } from '@jest/globals';
import { set, watch } from '../contract/world.ts';
import { outcome, ready } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const HURRY = { timeoutMs: 400, probeIntervalMs: 100, probeTimeoutMs: 400 };
/** No probe of these is late on a busy machine: nothing is lost but what the test takes away. */
const CALM = { ...HURRY, timeoutMs: 5_000, probeTimeoutMs: 5_000 };

const stage = new RedisStage();

afterEach(() => stage.clear());

describe('a subscriber connection', () => {
  it('that looks healthy and hears nothing is replaced, while commands go on', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    // Only this one goes through the proxy that falls silent.
    const writer = await stage.opened({ url: redis.url, prefix: 'deaf:', ...CALM });
    const client = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, prefix: 'deaf:', ...HURRY });
    await watch(client, 'k');
    const lives = client.events.lives('k');
    proxy.silence('toClient');
    await set(writer, 'k', 'missed');
    await until(() => client.events.heard.at(-1)?.type === 'lost');
    proxy.drop();
    proxy.resume();
    await until(() => client.events.lives('k') > lives);
    await ready(client);
    // In such a hurry a call may be late on a busy machine, and be made again.
    const read = await until(() => client.engine.read('k', false));
    expect(read.values).toEqual(['missed']);
  });

  it('that is killed again and again loses nothing: each life is told, then what was missed can be read', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, prefix: 'kill:', ...CALM });
    const writer = await stage.opened({ url: redis.url, prefix: 'kill:', ...CALM });
    const keys = Array.from({ length: 1_500 }, (_, i) => `k${i}`);
    await watch(client, ...keys);
    for (let round = 1; round <= 5; round++) {
      await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
      const results = await Promise.all([0, 700, 1_499].map((i) => set(writer, `k${i}`, `round ${round}`)));
      expect(results.map(({ type }) => type)).toEqual(['appended', 'appended', 'appended']);
      await until(() => keys.every((key) => client.events.lives(key) === round + 1));
      expect(client.events.heard.filter(({ type }) => type === 'lost')).toHaveLength(round);
      // Told live in that life, or read after it: nothing in between.
      expect((await client.engine.read('k700', false))?.values).toEqual([`round ${round}`]);
    }
    await ready(client);
    await set(writer, 'k700', 'last');
    await until(() => client.events.entries('k700').at(-1)?.value === 'last');
  });

  it('is not needed for commands, and commands are not needed for it', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, ...CALM });
    await watch(client, 'k');
    await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
    expect((await outcome(set(client, 'k', '1'))).code).toBe('ok');
    await until(() => client.events.lives('k') === 2);
    await redis.cli('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await until(async () => (await outcome(set(client, 'k', '2'))).code === 'ok');
    await until(() => client.events.entries('k').at(-1)?.value === '2');
    expect(client.events.heard.filter(({ type }) => type === 'lost')).toHaveLength(1);
  });
});

describe('lost data', () => {
  it.each([
    ['FLUSHALL', 'and another worker sees it first'],
    ['FLUSHDB', 'and nobody else is there'],
  ])('%s is noticed within a probe, without a lost connection: %s', async (command, who) => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, prefix: 'flush:', ...CALM });
    if (who.includes('another')) {
      await stage.opened({ url: redis.url, prefix: 'flush:', ...CALM, probeIntervalMs: 50 });
    }
    client.engine.mailboxes.watch('u');
    await watch(client, 'k');
    await until(() => client.events.mailboxLives('u') === 1);
    await set(client, 'k', 'x');
    await redis.cli(command);
    await until(() => client.events.lives('k') === 2 && client.events.mailboxLives('u') === 2);
    expect(await client.engine.read('k', false)).toBeNull();
    expect(client.events.heard.map(({ type }) => type)).not.toContain('lost');
    expect(client.meters.resyncs).toBe(1);
    expect(client.engine.health().ready).toBe(true);
  });
});
