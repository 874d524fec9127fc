import { type Metric, WORKER_METRICS } from './catalogue.ts';
import type { MetricFamily, MetricsSource } from './dump.ts';
import type { Meters } from './meters.ts';
import { ProcessMetrics } from './process-metrics.ts';

export interface RegistryOptions {
  /** Number of the worker, 1 for the first port: the value of its `worker` label. */
  readonly worker: number;
}

/**
 * The metrics of one worker: its meters and those of its Node process. One a process. Between two dumps it costs
 * nothing but the event-loop monitor of the latter.
 */
export function createRegistry(meters: Meters, options: RegistryOptions): MetricsSource {
  const worker = String(options.worker);
  const process = new ProcessMetrics(worker);
  return {
    dump: async () => [...WORKER_METRICS.map((metric) => read(metric, meters, worker)), ...(await process.dump())],
  };
}

/** One metric of the catalogue as it is now. `worker` is left out where there is none to name. */
export function read<Source>(metric: Metric<Source>, source: Source, worker?: string): MetricFamily {
  const samples = metric.read(source);
  const values = metric.perWorker
    ? samples.map((sample) => ({ ...sample, labels: { ...sample.labels, worker: worker ?? '' } }))
    : samples;
  return { name: metric.name, help: metric.help, type: metric.type, aggregator: metric.aggregator, values };
}
