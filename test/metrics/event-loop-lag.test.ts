import { beforeEach, describe, expect, it } from '@jest/globals';
import { EventLoopLag } from '../../src/metrics/event-loop-lag.ts';

let lag: EventLoopLag;

beforeEach(() => {
  lag = new EventLoopLag();
});

describe('the lag of the event loop', () => {
  it('is nothing before the timer has turned', () => {
    expect(lag.sinceScrape()).toBe(0);
  });

  it('is by how much the timer was late at worst, in seconds', () => {
    for (const late of [0, 1500, 50, 0]) lag.turned(late);
    expect(lag.sinceScrape()).toBe(1.5);
  });

  it('is told to the scrape and to the pulse each since they last asked', () => {
    lag.turned(200);
    expect(lag.sincePulse()).toBe(0.2);
    lag.turned(50);
    expect(lag.sincePulse()).toBe(0.05);
    expect(lag.sincePulse()).toBe(0);
    expect(lag.sinceScrape()).toBe(0.2);
  });
});
