import type { Point } from '../wire.ts';

/** A longer pause between two points is shown as one. Milliseconds; a point is due each second. */
const GAP_MS = 3500;

/** A field of a point that can be drawn. */
export type Measure = Exclude<keyof Point, 'at'>;

/** The points of the last minutes. */
export class History {
  #points: Point[] = [];

  /** Begins anew. */
  reset(): void {
    this.#points = [];
  }

  /** Keeps those of the last `seconds`. */
  add(points: readonly Point[], seconds: number): void {
    this.#points.push(...points);
    const oldest = (this.#points.at(-1)?.at ?? 0) - seconds * 1000;
    const keep = this.#points.findIndex(({ at }) => at >= oldest);
    if (keep > 0) this.#points.splice(0, keep);
  }

  get newest(): Point | undefined {
    return this.#points.at(-1);
  }

  /** The last `seconds` as rows for a plot: the times in seconds, then a row for each measure. */
  rows(measures: readonly Measure[], seconds: number): [number[], ...(number | null)[][]] {
    const times: number[] = [];
    const rows: (number | null)[][] = measures.map(() => []);
    const from = (this.newest?.at ?? 0) - seconds * 1000;
    let before: number | undefined;
    for (const point of this.#points) {
      if (point.at < from) continue;
      if (before !== undefined && point.at - before > GAP_MS) {
        times.push((before + 1) / 1000);
        for (const row of rows) row.push(null);
      }
      before = point.at;
      times.push(point.at / 1000);
      for (const [index, measure] of measures.entries()) rows[index]?.push(point[measure]);
    }
    return [times, ...rows];
  }
}
