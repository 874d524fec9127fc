/**
 * How late the event loop turned at worst, told by a timer that runs anyway. A histogram of perf_hooks would tell the
 * same with a timer of its own, which was a third of what an idle worker does. Of a stall that begins and ends while the
 * timer rests (half a second at most, and only while nothing is due) it knows nothing.
 */
export class EventLoopLag {
  /** Milliseconds; the worst for each of those who ask, in their own time. */
  #worstOfScrape = 0;
  #worstOfPulse = 0;

  /** To be called at each turn of the timer, with how late it came, milliseconds. */
  turned(late: number): void {
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
