/** What one run of one work on one subject gave. Figures are explained in `report/figures.ts`. */
export interface Measurement {
  readonly figures: Readonly<Record<string, number>>;
  /** Wake latencies in milliseconds at the percentiles of `PERCENTILES`; empty where nothing is woken. */
  readonly curve: readonly number[];
}

/** Where the curve of latencies is sampled. */
export const PERCENTILES = [0, 1, 5, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.9, 100] as const;
