/** Samples in a row after which an old one is given up even if none was better: clocks drift. */
const MAX_AGE = 30;
/** Milliseconds by which rounding alone may make two samples differ: no contradiction. */
const ROUNDING = 0.005;

/**
 * The offset between Redis' clock and ours, learned from replies that carry Redis' time.
 *
 * A reply shows Redis' clock at some moment between sending and receiving, so half the round trip bounds the error: the
 * sample of the shortest one is the best (as NTP does). Samples that contradict each other mean that a clock was set or
 * that this is another Redis: the new one counts.
 */
export class RedisTime {
  /** Milliseconds that our clock is ahead of Redis'. */
  #offset = 0;
  /** Milliseconds by which `#offset` may be wrong. */
  #error = Number.POSITIVE_INFINITY;
  #age = 0;

  /** `sent` and `received` on our clock, `redis` on Redis', all in milliseconds. */
  learn(sent: number, received: number, redis: number): void {
    const offset = (sent + received) / 2 - redis;
    const error = (received - sent) / 2;
    const contradicts = Math.abs(offset - this.#offset) > error + this.#error + ROUNDING;
    if (error <= this.#error || contradicts || ++this.#age > MAX_AGE) {
      this.#offset = offset;
      this.#error = error;
      this.#age = 0;
    }
  }

  /** Milliseconds on Redis' clock as milliseconds on ours. */
  toLocal(redis: number): number {
    return redis + this.#offset;
  }

  /** Milliseconds on our clock as milliseconds on Redis'; infinite while nothing is known of Redis' clock. */
  toRedis(local: number): number {
    return this.#error === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : local - this.#offset;
  }

  /** As `toLocal`, of a moment of expiry where 0 (or -1, as Redis says it) is never. */
  expiry(redis: number): number {
    return redis > 0 ? this.toLocal(redis) : 0;
  }
}
