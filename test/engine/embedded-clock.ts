import type { Clock } from '../../src/clock.ts';

/** A clock that stands still until it is turned. */
export class HandClock implements Clock {
  #now: number;

  constructor(now = 1_700_000_000_000) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  turn(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
