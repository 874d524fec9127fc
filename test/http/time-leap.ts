import { jest } from '@jest/globals';

/**
 * Has this process' monotonic clock leap: an hour of a connection's life is over at once, and beside it no stall of the
 * machine counts. Timers of Node go on as before. Whoever makes one ends it.
 */
export class TimeLeap {
  #ahead = 0;
  readonly #spy: { mockRestore(): void };

  constructor() {
    const now = performance.now.bind(performance);
    this.#spy = jest.spyOn(performance, 'now').mockImplementation(() => now() + this.#ahead);
  }

  /** Not while something waits with a deadline of its own, as `until` does. */
  leap(seconds: number): void {
    this.#ahead += seconds * 1000;
  }

  end(): void {
    this.#spy.mockRestore();
  }
}
