import { describe, expect, it } from '@jest/globals';
import { Latencies } from '../../bench/load/latencies.ts';
import { PERCENTILES } from '../../bench/measurement.ts';
import { ratios, spreadOf } from '../../bench/report/statistics.ts';

describe('figures of several runs', () => {
  it('gives the median and the ends', () => {
    expect(spreadOf([3, 1, 2])).toEqual({ median: 2, least: 1, most: 3, runs: 3 });
    expect(spreadOf([4, 1])).toEqual({ median: 2.5, least: 1, most: 4, runs: 2 });
  });

  it('sorts by size and not by text', () => {
    expect(spreadOf([9, 100, 10])?.median).toBe(10);
  });

  it('leaves invalid runs out, and says when there is no other', () => {
    expect(spreadOf([null, 5, null])).toEqual({ median: 5, least: 5, most: 5, runs: 1 });
    expect(spreadOf([null, Number.NaN])).toBeNull();
    expect(spreadOf([])).toBeNull();
  });

  it('divides run by run', () => {
    expect(ratios([2, 9, 8], [1, 3, 4])).toEqual([2, 3, 2]);
  });

  it('has no ratio for a run that is invalid on either side', () => {
    expect(ratios([2, null, 8, 1], [1, 3, null])).toEqual([2, null, null, null]);
  });
});

describe('latencies', () => {
  it('samples the curve at its percentiles', () => {
    const latencies = new Latencies();
    for (let value = 1000; value >= 0; value--) latencies.add(value);
    expect(latencies.curve()).toEqual(PERCENTILES.map((percent) => percent * 10));
  });

  it('keeps more than it first has room for', () => {
    const latencies = new Latencies();
    for (let value = 0; value < 200_000; value++) latencies.add(1);
    latencies.add(2);
    expect(latencies.count).toBe(200_001);
    expect(latencies.curve().at(-1)).toBe(2);
  });

  it('has no curve without values', () => {
    expect(new Latencies().curve()).toEqual([]);
  });
});
