import type { Point } from '../wire.ts';

/** What was measured twice with a longer pause between is not joined. Milliseconds; a point is due each second. */
const GAP_MS = 3500;

/** Values over time: `null` is a gap, `undefined` is none, although there is no value. */
export type Row = (number | null | undefined)[];

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
  rows(measures: readonly Measure[], seconds: number): [number[], ...Row[]] {
    const times: number[] = [];
    const rows: Row[] = measures.map(() => []);
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
    for (const row of rows) join(row, times);
    return [times, ...rows];
  }
}

/** Nothing to measure in a second or two is no gap; in more it is. */
function join(row: Row, times: readonly number[]): void {
  let last = -1;
  for (const [index, value] of row.entries()) {
    if (value === null) continue;
    const isShort = last >= 0 && ((times[index] ?? 0) - (times[last] ?? 0)) * 1000 <= GAP_MS;
    if (isShort) row.fill(undefined, last + 1, index);
    last = index;
  }
}

/** The values of a row that have none beside them to draw a line to. */
export function lonely(row: Row): number[] {
  const measured = row.flatMap((value, index) => (value === undefined ? [] : [{ value, index }]));
  return measured
    .filter(({ value }, place) => {
      const neighbours = [measured[place - 1], measured[place + 1]];
      return value !== null && neighbours.every((neighbour) => (neighbour?.value ?? null) === null);
    })
    .map(({ index }) => index);
}
