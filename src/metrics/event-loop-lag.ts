import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two samples. At a tenth of that they would be most of what an idle worker does. */
const RESOLUTION = 100;

/** How late the event loop turned at worst. Sampled natively: it costs the loop nothing to speak of. */
export class EventLoopLag {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });
  /** Seconds; the worst for each of those who ask, in their own time. */
  #worstOfScrape = 0;
  #worstOfPulse = 0;

  constructor() {
    this.#histogram.enable();
  }

  /** Seconds, the worst since the last call. */
  sinceScrape(): number {
    this.#read();
    const worst = this.#worstOfScrape;
    this.#worstOfScrape = 0;
    return worst;
  }

  /** Seconds, the worst since the last call. */
  sincePulse(): number {
    this.#read();
    const worst = this.#worstOfPulse;
    this.#worstOfPulse = 0;
    return worst;
  }

  #read(): void {
    // What is recorded is the whole interval between two samples, in nanoseconds.
    const worst = this.#histogram.max / 1e9 - RESOLUTION / 1e3;
    this.#histogram.reset();
    this.#worstOfScrape = Math.max(this.#worstOfScrape, worst);
    this.#worstOfPulse = Math.max(this.#worstOfPulse, worst);
  }
}
