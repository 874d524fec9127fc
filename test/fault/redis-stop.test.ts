import { afterEach, describe, expect, it } from '@jest/globals';
import { outcome, ready, startRedisClient } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const HURRY = { timeoutMs: 400, probeIntervalMs: 100, probeTimeoutMs: 400 };

/** A stop that waits for a call, or for Redis, takes 20 s. */
const STOPPED_MS = 5_000;
const stage = new RedisStage();

afterEach(() => stage.clear());

describe('stopping', () => {
  it.each(['ready', 'refused', 'frozen'])('ends at once and leaves no connection: %s', async (state) => {
    const redis = await stage.server();
    const client = startRedisClient({ url: redis.url, ...HURRY, timeoutMs: 20_000 });
    await ready(client);
    if (state === 'refused') await redis.kill();
    if (state === 'frozen') redis.freeze();
    const pending = outcome(client.engine.read('k', false));
    const start = performance.now();
    await client.engine.stop();
    expect(performance.now() - start).toBeLessThan(STOPPED_MS);
    expect(['ENGINE_UNAVAILABLE', 'ENGINE_TIMEOUT']).toContain((await pending).code);
    expect(client.engine.health().ready).toBe(false);
    redis.thaw();
    if (state !== 'refused') await until(async () => !String(await redis.cli('CLIENT', 'LIST')).includes('comet-'));
  });

  it('ends at once while it waits for the handshake', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    proxy.silence();
    const client = startRedisClient({ url: `redis://127.0.0.1:${proxy.port}`, timeoutMs: 20_000 });
    await until(() => proxy.connections === 2);
    const start = performance.now();
    await client.engine.stop();
    expect(performance.now() - start).toBeLessThan(STOPPED_MS);
    await until(() => proxy.connections === 0);
  });
});
