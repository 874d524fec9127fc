import { WORKER_METRICS } from '../../src/metrics/catalogue.ts';
import type { MetricFamily, MetricsDump } from '../../src/metrics/dump.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { read } from '../../src/metrics/prometheus.ts';

/** A worker process as the primary sees it, whose CPU time, memory and start the test decides. Through JSON, as on the channel. */
export class ProcessModel {
  readonly meters = new Meters();
  cpu = 0;
  memory = 0;
  started = 0;
  readonly #worker: string;

  constructor(worker: number) {
    this.#worker = String(worker);
  }

  dump(): MetricsDump {
    const own = (name: string, type: MetricFamily['type'], aggregator: MetricFamily['aggregator'], value: number) => ({
      name,
      help: 'Of the process.',
      type,
      aggregator,
      values: [{ value, labels: { worker: this.#worker } }],
    });
    const families: MetricsDump = [
      ...WORKER_METRICS.map((metric) => read(metric, this.meters, this.#worker)),
      own('process_cpu_seconds_total', 'counter', 'sum', this.cpu),
      own('process_resident_memory_bytes', 'gauge', 'sum', this.memory),
      own('process_start_time_seconds', 'gauge', 'max', this.started),
    ];
    return JSON.parse(JSON.stringify(families));
  }
}
