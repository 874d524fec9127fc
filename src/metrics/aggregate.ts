import { AggregatorRegistry, Registry } from 'prom-client';
import { PRIMARY_METRICS, type PrimaryFigures, WORKER_METRICS } from './catalogue.ts';
import type { MetricsDump, MetricsSource } from './dump.ts';
import { Meters } from './meters.ts';
import { ProcessMetrics } from './process-metrics.ts';
import { read } from './prometheus.ts';

/**
 * The figures of one worker process, from its start to its end. Belongs to the process, not to the worker's number:
 * while a worker is replaced, two processes have the same one.
 */
export interface WorkerFigures {
  /** The newest dump replaces the one before. Does nothing once it is retired: a late answer counts nothing twice. */
  update(dump: MetricsDump): void;
  /**
   * The process is gone: what it counted stays in the sums, its gauges go. `finalDump` is what it said last, if it
   * could. Idempotent.
   */
  retire(finalDump?: MetricsDump): void;
}

/**
 * The metrics of a machine: its workers added up, and the primary's own. Counters and histograms never go back,
 * however many workers die and come; what is kept of the dead ones doesn't grow with their number.
 */
export class MetricsAggregate {
  readonly contentType: string = Registry.PROMETHEUS_CONTENT_TYPE;
  readonly #own: MetricsSource;
  /** The newest dump of each process that is alive; oldest process first. */
  readonly #alive = new Map<WorkerFigures, MetricsDump>();
  /** The counters of every process that is gone, in one. Begins as a worker that has counted nothing. */
  #retired: MetricsDump = counters(idle());
  /** The highest value that was shown of each series that only rises. */
  readonly #shown = new Map<string, number>();

  /** `own` is what the primary says of its own process. */
  constructor(own: MetricsSource = new ProcessMetrics('primary')) {
    this.#own = own;
  }

  /** Takes in a worker process that has just been started. */
  join(): WorkerFigures {
    const figures: WorkerFigures = {
      update: (dump) => {
        if (this.#alive.has(figures)) this.#alive.set(figures, dump);
      },
      retire: (finalDump) => {
        const last = finalDump ?? this.#alive.get(figures);
        if (!this.#alive.delete(figures) || last === undefined) return;
        this.#retired = merge([this.#retired, counters(last)]);
      },
    };
    this.#alive.set(figures, []);
    return figures;
  }

  /** The exposition text, from the newest dumps that there are. */
  async render(primary: PrimaryFigures): Promise<string> {
    const alive = [...this.#alive.values()].filter((dump) => dump.length > 0);
    const dumps = [
      PRIMARY_METRICS.map((metric) => read(metric, primary)),
      this.#retired,
      ...(alive.length > 0 ? alive : [idle()]),
      await this.#own.dump(),
    ];
    return AggregatorRegistry.aggregate([this.#risen(merge(dumps))]).metrics();
  }

  /**
   * Holds counters and histograms at what was shown already. Fractions added up in another order, as happens when a
   * worker retires, can come out lower in the last bit, and Prometheus takes the least step back for a restart.
   */
  #risen(dump: MetricsDump): MetricsDump {
    return dump.map((family) => {
      if (family.type === 'gauge') return family;
      const values = family.values.map((sample) => {
        const series = `${sample.metricName ?? family.name} ${JSON.stringify(sample.labels)}`;
        const value = Math.max(sample.value, this.#shown.get(series) ?? 0);
        this.#shown.set(series, value);
        return { ...sample, value };
      });
      return { ...family, values };
    });
  }
}

/** What a worker says that has counted nothing, without what would tell it from another. */
function idle(): MetricsDump {
  const meters = new Meters();
  return WORKER_METRICS.filter((metric) => !metric.perWorker).map((metric) => read(metric, meters));
}

/** What outlives its process: gauges say what is the case, and nothing is once it has ended. */
function counters(dump: MetricsDump): MetricsDump {
  return dump.filter((family) => family.type !== 'gauge');
}

function merge(dumps: readonly MetricsDump[]): MetricsDump {
  // What `aggregate` registers are the aggregated families themselves; prom-client's types keep quiet about `values`.
  const merged = AggregatorRegistry.aggregate(dumps.map((dump) => [...dump]));
  return merged.getMetricsAsArray() as unknown as MetricsDump;
}
