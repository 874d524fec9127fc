import { readdirSync, statSync } from 'node:fs';
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Aggregator, MetricsDump, MetricsSource } from './dump.ts';

/**
 * Default metrics that are left out. Those of handles, requests and resources list every open socket at each scrape,
 * and three of them are gauges named as counters. Those of the event loop's delay are taken so often that they are most
 * of what an idle worker does; `comet_event_loop_lag_seconds` tells the same. `process_open_fds` is ours, see below.
 */
const LEFT_OUT = [
  'nodejs_active_handles',
  'nodejs_active_handles_total',
  'nodejs_active_requests',
  'nodejs_active_requests_total',
  'nodejs_active_resources',
  'nodejs_active_resources_total',
  'nodejs_eventloop_lag_min_seconds',
  'nodejs_eventloop_lag_max_seconds',
  'nodejs_eventloop_lag_mean_seconds',
  'nodejs_eventloop_lag_stddev_seconds',
  'nodejs_eventloop_lag_p50_seconds',
  'nodejs_eventloop_lag_p90_seconds',
  'nodejs_eventloop_lag_p99_seconds',
  'process_open_fds',
];

/** prom-client samples the event loop's delay even where nobody wants it: the histogram then wakes seldom. */
const SELDOM_MS = 60_000;

/**
 * While a worker is replaced, it and its successor have the same label for a moment: what they use is added up, what
 * describes them is not.
 */
const AGGREGATORS: Readonly<Record<string, Aggregator>> = {
  process_start_time_seconds: 'max',
  process_max_fds: 'max',
  nodejs_version_info: 'first',
};

/** The metrics of this Node process (CPU, memory, files, event loop, garbage collection), under a `worker` label. One a process. */
export class ProcessMetrics implements MetricsSource {
  readonly #registry = new Registry();

  constructor(worker: string) {
    const labels = { worker };
    collectDefaultMetrics({ register: this.#registry, labels, eventLoopMonitoringPrecision: SELDOM_MS });
    for (const name of LEFT_OUT) this.#registry.removeSingleMetric(name);
    if (process.platform === 'linux') this.#registry.registerMetric(openFiles(worker));
  }

  async dump(): Promise<MetricsDump> {
    // prom-client declares `type` as an enum of numbers; what it gives are the strings of our type.
    const families = (await this.#registry.getMetricsAsJSON()) as unknown as MetricsDump;
    return families.map((family) => ({
      ...family,
      aggregator: aggregatorOf(family.name),
      values: family.values.filter((sample) => Number.isFinite(sample.value)),
    }));
  }
}

function aggregatorOf(name: string): Aggregator {
  return AGGREGATORS[name] ?? (name.startsWith('nodejs_eventloop_lag') ? 'max' : 'sum');
}

/**
 * Open files, without a listing where the kernel has their number (Linux 6.2): to list 8,000 of them held up the event
 * loop, and every wake-up with it, for 16 ms at each scrape.
 */
function openFiles(worker: string): Gauge<'worker'> {
  return new Gauge({
    name: 'process_open_fds',
    help: 'Number of open file descriptors.',
    labelNames: ['worker'],
    registers: [],
    collect() {
      const size = statSync('/proc/self/fd').size;
      this.set({ worker }, size > 0 ? size : readdirSync('/proc/self/fd').length - 1);
    },
  });
}
