import type { MetricsDump, MetricsSource } from './dump.ts';
import { EventLoopLag } from './event-loop-lag.ts';
import type { Meters } from './meters.ts';
import { createRegistry } from './prometheus.ts';
import { type Pulse, takePulse } from './pulse.ts';

/** What a worker process tells of itself: everything when it is scraped, a few numbers with each pulse. */
export class Vitals implements MetricsSource {
  readonly #meters: Meters;
  readonly #lag = new EventLoopLag();
  readonly #registry: MetricsSource;

  /** `worker` is its number, 1 for the first port. */
  constructor(meters: Meters, worker: number) {
    this.#meters = meters;
    this.#registry = createRegistry(meters, { worker });
  }

  /** To be called by a timer that turns at least every second: how late it does, in milliseconds, is the lag of the event loop. */
  turned(late: number): void {
    this.#lag.turned(late);
  }

  async dump(): Promise<MetricsDump> {
    this.#meters.eventLoopLag = this.#lag.sinceScrape();
    return await this.#registry.dump();
  }

  pulse(): Pulse {
    return takePulse(this.#meters, this.#lag.sincePulse());
  }
}
