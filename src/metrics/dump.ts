/** The figures of one process as they travel to the primary: the shape of prom-client's `getMetricsAsJSON`, and JSON. */

export type MetricType = 'counter' | 'gauge' | 'histogram';

/** How the samples of several processes that carry the same labels become one. */
export type Aggregator = 'sum' | 'min' | 'max' | 'first';

export interface Sample {
  /** Always finite: JSON knows neither NaN nor infinity. */
  readonly value: number;
  readonly labels: Readonly<Record<string, string | number>>;
  /** The name of the series where it isn't the family's: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
}

/** Every sample of one metric, under its name. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: MetricType;
  readonly aggregator: Aggregator;
  readonly values: readonly Sample[];
}

export type MetricsDump = readonly MetricFamily[];

/** What has figures to report. */
export interface MetricsSource {
  /** The figures as they are now. */
  dump(): Promise<MetricsDump>;
}
