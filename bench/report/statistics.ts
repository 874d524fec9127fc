/** The middle and the ends of what several runs gave. */
export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
  readonly runs: number;
}

/** null if there is no valid run. */
export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const sorted = values
    .filter((value) => value !== null && Number.isFinite(value))
    .sort((a, b) => Number(a) - Number(b));
  const at = (index: number): number => sorted[index] as number;
  const { length } = sorted;
  if (length === 0) return null;
  const median = (at(Math.floor((length - 1) / 2)) + at(Math.floor(length / 2))) / 2;
  return { median, least: at(0), most: at(length - 1), runs: length };
}

/** Run by run, so that what slows the whole machine down for a while cancels out. */
export function ratios(upper: readonly (number | null)[], lower: readonly (number | null)[]): (number | null)[] {
  return upper.map((value, run) => {
    const other = lower[run] ?? null;
    return value === null || other === null ? null : value / other;
  });
}
