import { describe, expect, it } from '@jest/globals';
import { History, lonely } from '../../src/dashboard/browser/history.ts';
import type { Point } from '../../src/dashboard/wire.ts';

const ZERO = { waiters: 0, connections: 0, streams: 0, webSockets: 0, sets: 0, deliveries: 0, refusals: 0, lag: 0 };

/** A point; seconds, and milliseconds or `null` where nobody was woken. */
function point(second: number, wakeP50: number | null): Point {
  return { ...ZERO, at: second * 1000, wakeP50, wakeP99: wakeP50, redisP50: null, redisP99: null };
}

function rowOf(values: readonly (readonly [second: number, wakeP50: number | null])[]) {
  const history = new History();
  history.add(
    values.map(([second, value]) => point(second, value)),
    600,
  );
  return history.rows(['wakeP50'], 600);
}

describe('the row of a plot', () => {
  it('joins what was measured over a second or two of silence', () => {
    const [, row] = rowOf([
      [1, 5],
      [2, null],
      [3, null],
      [4, 6],
    ]);
    expect(row).toEqual([5, undefined, undefined, 6]);
  });

  it('has a gap where the silence was longer, and before and after all', () => {
    const [, row] = rowOf([
      [0, null],
      [1, 5],
      [2, null],
      [3, null],
      [4, null],
      [5, 6],
      [6, null],
    ]);
    expect(row).toEqual([null, 5, null, null, null, 6, null]);
  });

  it('has a gap where there were no points', () => {
    const [times, row] = rowOf([
      [1, 5],
      [10, 6],
    ]);
    expect([times, row]).toEqual([
      [1, 1.001, 10],
      [5, null, 6],
    ]);
  });

  it('knows the values that no line reaches', () => {
    expect(lonely([null, 5, null, 6, undefined, 7, null, 8])).toEqual([1, 7]);
    expect(lonely([null, undefined, 5])).toEqual([2]);
    expect(lonely([5, 6])).toEqual([]);
  });
});
