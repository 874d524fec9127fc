/**
 * How late the event loop turned at worst, told by a timer that runs anyway. A histogram of perf_hooks would tell the
 * same with a timer of its own, which was a third of what an idle worker does.
 */
export class EventLoopLag {
  #turnedAt: number | null = null;
  /** Milliseconds; the worst for each of those who ask, in their own time. */
  #worstOfScrape = 0;
  #worstOfPulse = 0;

  /** To be called at each turn of the timer, which turns every `period`; `now` is monotonic. Milliseconds. */
  turned(now: number, period: number): void {
    const late = this.#turnedAt === null ? 0 : now - this.#turnedAt - period;
    this.#turnedAt = now;
    this.#worstOfScrape = Math.max(this.#worstOfScrape, late);
    this.#worstOfPulse = Math.max(this.#worstOfPulse, late);
  }

  /** Seconds, the worst since the last call. */
  sinceScrape(): number {
    const worst = this.#worstOfScrape;
    this.#worstOfScrape = 0;
    return worst / 1000;
  }

  /** Seconds, the worst since the last call. */
  sincePulse(): number {
    const worst = this.#worstOfPulse;
    this.#worstOfPulse = 0;
    return worst / 1000;
  }
}
