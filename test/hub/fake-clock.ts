import type { Clock } from '../../src/clock.ts';

/** A clock that a test turns. */
export class FakeClock implements Clock {
  #now = 1_000_000;

  now(): number {
    return this.#now;
  }

  turn(ms: number): void {
    this.#now += ms;
  }
}
