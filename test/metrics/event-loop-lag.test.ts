import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventLoopLag } from '../../src/metrics/event-loop-lag.ts';

const PERIOD = 100;

let lag: EventLoopLag;

function turn(...times: readonly number[]): void {
  for (const now of times) lag.turned(now, PERIOD);
}

beforeEach(() => {
  lag = new EventLoopLag();
});

describe('the lag of the event loop', () => {
  it('is nothing before the timer has turned, whenever it begins', () => {
    expect(lag.sinceScrape()).toBe(0);
    turn(5_000);
    expect(lag.sinceScrape()).toBe(0);
  });

  it('is nothing while the timer turns in time, or early', () => {
    turn(0, 100, 200, 295, 400);
    expect(lag.sinceScrape()).toBeCloseTo(0.005);
    turn(450, 500);
    expect(lag.sinceScrape()).toBe(0);
  });

  it('is by how much the timer was late at worst, in seconds', () => {
    turn(0, 100, 1_700, 1_850, 1_950);
    expect(lag.sinceScrape()).toBe(1.5);
  });

  it('is told to the scrape and to the pulse each since they last asked', () => {
    turn(0, 300);
    expect(lag.sincePulse()).toBe(0.2);
    turn(450);
    expect(lag.sincePulse()).toBe(0.05);
    expect(lag.sincePulse()).toBe(0);
    expect(lag.sinceScrape()).toBe(0.2);
  });
});
