import { afterEach, describe, expect, it } from '@jest/globals';
import { RedisStage } from '../support/redis-stage.ts';

/** One way, milliseconds. */
const DELAY = 150;

const stage = new RedisStage();

afterEach(() => stage.clear());

describe('appends that are made in one moment', () => {
  it('take one round trip together, and are written in their order', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({
      url: `redis://127.0.0.1:${proxy.port}`,
      timeoutMs: 10_000,
      probeTimeoutMs: 10_000,
    });
    proxy.delay(DELAY);
    const start = performance.now();
    const results = await Promise.all(
      Array.from({ length: 1000 }, (_, index) => engine.append(`k${index % 2}`, String(index), { ttl: 0, id: '' })),
    );
    // One after the other they would take minutes.
    expect(performance.now() - start).toBeLessThan(DELAY * 2 + 1_500);
    expect(results.map((result) => (result.type === 'appended' ? result.offset : 0))).toEqual(
      Array.from({ length: 1000 }, (_, index) => Math.floor(index / 2) + 1),
    );
    const log = await engine.read('k1', false);
    expect(log?.values).toEqual(['999']);
  });
});
