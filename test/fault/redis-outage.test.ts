import { afterEach, describe, expect, it } from '@jest/globals';
import { set, unique, watch } from '../contract/world.ts';
import { outcome, ready } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/** Milliseconds. */
const TIMEOUT = 400;
/** What a deadline may be overrun by: it is counted in looks, of which a machine that stands still takes none. */
const LATE = 5_000;
/** Half of the calls that fail at once take less. */
const AT_ONCE = 100;
/** Within which it has to have recovered: 5 s, and as much again for a machine that stands still meanwhile. */
const RECOVERED = 10_000;

const stage = new RedisStage();

afterEach(() => stage.clear());

const HURRY = { timeoutMs: TIMEOUT, probeIntervalMs: 100, probeTimeoutMs: TIMEOUT };
/** No probe is late on a busy machine: a connection is lost when it is refused, and for nothing else. */
const CALM = { ...HURRY, timeoutMs: 5_000, probeTimeoutMs: 5_000 };

describe('while Redis is refused', () => {
  it('calls fail at once, nothing is queued, and all is well after it is back', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, ...CALM });
    await watch(client, 'k');
    await set(client, 'k', 'kept');
    await until(() => client.events.entries('k').length === 1);
    await redis.cli('SAVE');
    await redis.kill();
    await until(() => !client.engine.health().ready && client.events.heard.at(-1)?.type === 'lost');
    const times: number[] = [];
    for (let i = 0; i < 50; i++) {
      const { code, ms } = await outcome(set(client, 'k', 'x'));
      expect(code).toBe('ENGINE_UNAVAILABLE');
      times.push(ms);
    }
    expect(times.sort((a, b) => a - b)[25]).toBeLessThan(AT_ONCE);
    expect(client.meters.redisUp).toBe(0);
    await redis.restart();
    await ready(client);
    await until(() => client.events.lives('k') === 2);
    expect((await client.engine.read('k', false))?.values).toEqual(['kept']);
    expect(client.meters.redisUp).toBe(1);
    expect(client.meters.redisReconnects).toBe(2);
    expect(client.meters.resyncs).toBe(1);
    expect(client.events.heard.filter(({ type }) => type === 'lost')).toHaveLength(1);
  });

  it('it keeps trying from the start, and says why in its health', async () => {
    const redis = await stage.server();
    await redis.kill();
    const client = stage.started({ url: redis.url, ...CALM });
    client.engine.watch('k');
    await until(() => JSON.stringify(client.engine.health()).includes('ECONNREFUSED'));
    expect((await outcome(client.engine.read('k', false))).code).toBe('ENGINE_UNAVAILABLE');
    await redis.restart();
    await ready(client);
    await until(() => client.events.lives('k') === 1);
    expect(client.events.heard.map(({ type }) => type)).not.toContain('lost');
  });

  it('the log says so once, not once a try', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, ...HURRY });
    await redis.kill();
    await until(() => client.logs.some((line) => line.includes('ECONNREFUSED')));
    const refused = () => client.logs.filter((line) => line.includes('ECONNREFUSED')).length;
    const before = refused();
    // Both links say it once; long enough for several more tries of both.
    const tries = performance.now() + 1_500;
    await until(() => performance.now() > tries);
    expect(refused() - before).toBeLessThanOrEqual(1);
  });
});

describe('when the way to Redis is cut', () => {
  it('what was under way may have been done, what comes after was not', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const client = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...HURRY });
    proxy.silence('toClient');
    const underWay = Array.from({ length: 20 }, () => outcome(set(client, 'k', 'x')));
    await until(async () => {
      const [log = ''] = (await redis.cli('KEYS', '*:log:k')) as string[];
      return log !== '' && (await redis.cli('HGET', log, 'offset')) === '20';
    });
    await proxy.cut();
    for (const { code } of await Promise.all(underWay)) expect(code).toBe('ENGINE_TIMEOUT');
    expect((await outcome(set(client, 'k', 'y'))).code).toBe('ENGINE_UNAVAILABLE');
  });
});

describe('while Redis is silent', () => {
  it.each(['frozen', 'black hole'])('calls end by their deadline and it recovers: %s', async (how) => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const client = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...HURRY });
    const other = await stage.opened({ url: redis.url, prefix: 'other:' });
    await watch(client, 'k');
    if (how === 'frozen') redis.freeze();
    else proxy.silence();
    const first = await Promise.all(Array.from({ length: 100 }, () => outcome(set(client, 'k', 'x'))));
    for (const { code, ms } of first) {
      expect(code).toBe('ENGINE_TIMEOUT');
      // They end with the oldest call of their connection, a probe that was sent before them.
      expect(ms).toBeGreaterThan(TIMEOUT / 4);
      expect(ms).toBeLessThan(TIMEOUT + LATE);
    }
    // It stays away: no call waits for longer, and none is held.
    const until5 = performance.now() + 1_500;
    await until(async () => {
      const { code, ms } = await outcome(client.engine.read('k', false));
      expect(['ENGINE_UNAVAILABLE', 'ENGINE_TIMEOUT']).toContain(code);
      expect(ms).toBeLessThan(TIMEOUT + LATE);
      return performance.now() > until5;
    });
    expect(client.engine.health().ready).toBe(false);
    expect(client.events.heard.map(({ type }) => type)).toContain('lost');
    if (how === 'frozen') redis.thaw();
    else proxy.resume();
    await until(() => client.engine.health().ready && client.events.lives('k') >= 2, { timeout: RECOVERED });
    await until(async () => (await outcome(set(client, 'k', 'y'))).code === 'ok');
    await ready(other);
  });

  it.each(['toServer', 'toClient'] as const)(
    'a dead direction is found and mended in seconds: %s',
    async (direction) => {
      const redis = await stage.server();
      const proxy = await stage.proxyTo(redis);
      const client = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...HURRY });
      const key = unique('k');
      await watch(client, key);
      const lives = client.events.lives(key);
      proxy.silence(direction);
      await until(() => client.events.heard.at(-1)?.type === 'lost', { timeout: RECOVERED });
      // From here on new connections pass; the silent ones never speak again.
      proxy.drop();
      proxy.resume();
      await until(() => client.events.lives(key) > lives, { timeout: RECOVERED });
      await ready(client);
      // In such a hurry a call may be late on a busy machine, and be made again.
      await until(async () => (await outcome(set(client, key, 'x'))).code === 'ok');
      await until(() => client.events.entries(key).length >= 1);
    },
  );
});

describe('too much under way', () => {
  it('is refused before it is sent, and is no more once Redis answers', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, timeoutMs: 20_000 });
    redis.freeze();
    const pending = Array.from({ length: 10_100 }, () => outcome(client.engine.read('k', false)));
    expect((await outcome(client.engine.read('k', false))).code).toBe('ENGINE_BUSY');
    redis.thaw();
    const codes = (await Promise.all(pending)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'ok').length).toBeGreaterThan(9_900);
    expect(new Set(codes)).toEqual(new Set(['ok', 'ENGINE_BUSY']));
    expect((await outcome(client.engine.read('k', false))).code).toBe('ok');
  });
});
