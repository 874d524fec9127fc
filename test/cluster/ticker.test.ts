import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Ticker } from '../../src/ticker.ts';

describe('the ticker of a worker', () => {
  let turns: number[];
  let lates: number[];
  let rest: number;
  let ticker: Ticker;

  beforeEach(() => {
    jest.useFakeTimers();
    turns = [];
    lates = [];
    rest = 500;
    const begun = performance.now();
    ticker = new Ticker((late) => {
      turns.push(performance.now() - begun);
      lates.push(late);
      return rest;
    });
  });

  afterEach(() => {
    ticker.stop();
    jest.useRealTimers();
  });

  it('rests for as long as each turn says', () => {
    ticker.start(100);
    jest.advanceTimersByTime(600);
    rest = 100;
    jest.advanceTimersByTime(700);
    expect(turns).toEqual([100, 600, 1100, 1200, 1300]);
  });

  it('hurries, but never puts a turn off', () => {
    ticker.start(100);
    jest.advanceTimersByTime(150);
    ticker.hurry(100);
    jest.advanceTimersByTime(60);
    ticker.hurry(100);
    ticker.hurry(100);
    jest.advanceTimersByTime(40);
    expect(turns).toEqual([100, 250]);
    jest.advanceTimersByTime(500);
    expect(turns).toEqual([100, 250, 750]);
  });

  it('tells how late a turn comes, and turns once for all that it missed', () => {
    const now = jest.spyOn(performance, 'now');
    ticker.start(100);
    now.mockReturnValue(performance.now() + 1700);
    jest.advanceTimersByTime(100);
    expect(lates).toEqual([1600]);
  });

  it('stands still once it is stopped, also from within a turn', () => {
    ticker.start(100);
    jest.advanceTimersByTime(50);
    ticker.stop();
    ticker.hurry(10);
    jest.advanceTimersByTime(1000);
    expect(turns).toEqual([]);
    const own: Ticker = new Ticker(() => {
      turns.push(0);
      own.stop();
      return 100;
    });
    own.start(100);
    jest.advanceTimersByTime(1000);
    expect(turns).toEqual([0]);
  });
});
