import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RedisTime } from '../../src/engine/redis/redis-time.ts';

describe("Redis' time", () => {
  it('is wrong by at most half of the shortest round trip', () => {
    const sample = fc.record({
      toRedis: fc.double({ min: 0, max: 300, noNaN: true }),
      back: fc.double({ min: 0, max: 300, noNaN: true }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(sample, { minLength: 1, maxLength: 20 }),
        (ahead, samples) => {
          const time = new RedisTime();
          let now = 1_700_000_000_000;
          for (const { toRedis, back } of samples) {
            time.learn(now, now + toRedis + back, now + toRedis - ahead);
            now += 1_000;
          }
          const shortest = Math.min(...samples.map(({ toRedis, back }) => toRedis + back));
          expect(Math.abs(time.toLocal(now - ahead) - now)).toBeLessThanOrEqual(shortest / 2 + 0.01);
        },
      ),
    );
  });

  it('follows a clock that was set', () => {
    const time = new RedisTime();
    time.learn(1_000, 1_001, 500.5);
    expect(time.toLocal(0)).toBe(500);
    // A slower sample, which the fast one can't be right beside.
    time.learn(2_000, 2_010, 9_005);
    expect(time.toLocal(0)).toBe(-7_000);
  });

  it('keeps what is better than a slow sample that agrees', () => {
    const time = new RedisTime();
    time.learn(1_000, 1_001, 500.5);
    time.learn(2_000, 2_100, 1_500);
    expect(time.toLocal(0)).toBe(500);
  });

  it('follows a drift in the end', () => {
    const time = new RedisTime();
    time.learn(0, 0, 0);
    for (let i = 1; i <= 40; i++) time.learn(i * 1_000, i * 1_000 + 100, i * 1_000 + 49);
    expect(time.toLocal(0)).toBe(1);
  });

  it('knows a moment of expiry from none', () => {
    const time = new RedisTime();
    time.learn(1_000, 1_000, 0);
    expect(time.expiry(0)).toBe(0);
    expect(time.expiry(-1)).toBe(0);
    expect(time.expiry(5)).toBe(1_005);
  });
});
