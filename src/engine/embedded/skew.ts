import type { Clock } from '../../clock.ts';

/**
 * How far this process's clock is from the primary's. Both are monotonic from their start, so the system clock may
 * have been stepped between the two starts; from then on they go alike, and the least difference ever seen between a
 * message's time and its arrival is the true one and the shortest way.
 */
export class Skew {
  readonly #clock: Clock;
  #difference = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Learns from a message that was sent at this time of the primary's clock. */
  observe(sentAt: number): void {
    this.#difference = Math.min(this.#difference, this.#clock.now() - sentAt);
  }

  /** A time of the primary's clock on this process's; 0 (never) stays. Something must have been observed. */
  local(time: number): number {
    return time === 0 ? 0 : time + this.#difference;
  }
}
