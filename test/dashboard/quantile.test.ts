import { describe, expect, it } from '@jest/globals';
import { quantile } from '../../src/dashboard/quantile.ts';

describe('a quantile of a histogram', () => {
  it.each([
    ['half of one bucket', [0, 10, 0, 0], 0.5, 1.5],
    ['the end of a bucket', [5, 5, 0, 0], 0.5, 1],
    ['from the first bucket', [4, 0, 0, 0], 0.25, 0.25],
    ['behind empty buckets', [1, 0, 1, 0], 0.99, 3.96],
    ['above every bound', [0, 0, 0, 7], 0.5, 4],
  ])('%s', (_, counts, q, expected) => {
    expect(quantile([1, 2, 4], counts, q)).toBeCloseTo(expected, 6);
  });

  it('of nothing is nothing', () => {
    expect(quantile([1, 2, 4], [0, 0, 0, 0], 0.5)).toBeNull();
    expect(quantile([1, 2, 4], [], 0.5)).toBeNull();
  });
});
