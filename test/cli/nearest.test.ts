import { describe, expect, it } from '@jest/globals';
import { nearest } from '../../src/config/nearest.ts';
import { OPTION_NAMES } from '../../src/config/options.ts';

describe('nearest', () => {
  it.each([
    ['prot', 'port'],
    ['redisUrl', 'redis-url'],
    ['redis_url', 'redis-url'],
    ['publish-keys', 'publish-key'],
    ['worker', 'workers'],
    ['get-timout', 'get-timeout'],
    ['max-waiters-pro-key', 'max-waiters-per-key'],
  ])('of %s is %s', (text, name) => {
    expect(nearest(text, OPTION_NAMES)).toBe(name);
  });

  it.each(['', 'x', 'verbose', 'database', 'listen-address'])('of %j is nothing', (text) => {
    expect(nearest(text, OPTION_NAMES)).toBeNull();
  });
});
