import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

/** Milliseconds between two samples. At a tenth of that they would be most of what an idle worker does. */
const RESOLUTION = 100;

/** How late the event loop turned at worst. Sampled natively: it costs the loop nothing to speak of. */
export class EventLoopLag {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION });

  constructor() {
    this.#histogram.enable();
  }

  /** Seconds, the worst since the last call. */
  take(): number {
    // What is recorded is the whole interval between two samples, in nanoseconds.
    const worst = this.#histogram.max / 1e9 - RESOLUTION / 1e3;
    this.#histogram.reset();
    return Math.max(0, worst);
  }
}
