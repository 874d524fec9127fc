import { describe, expect, it } from '@jest/globals';
import { newest, type Topology } from '../../src/engine/redis/topology.ts';

const told = (epoch: number, ok = true): Topology => ({ ranges: [], epoch, ok });

/**
 * The state and the epoch were added up to one number, near 2^53: from there on every second number is missing, so that
 * neighbours among the epochs were one, and whoever was asked first was believed.
 */
describe('the newest of what nodes of a Cluster say', () => {
  it('is that of the highest epoch, be it by one', () => {
    for (let epoch = 0; epoch < 8; epoch++) {
      const [older, newer] = [told(epoch), told(epoch + 1)];
      expect(newest([older, newer])).toBe(newer);
      expect(newest([newer, older])).toBe(newer);
    }
  });

  it('is that of a node that sees the others, before any epoch', () => {
    const [cutOff, serving] = [told(9, false), told(1)];
    expect(newest([cutOff, serving])).toBe(serving);
    expect(newest([serving, cutOff])).toBe(serving);
    expect(newest([told(1, false), cutOff])).toBe(cutOff);
    expect(newest([])).toBeNull();
  });
});
