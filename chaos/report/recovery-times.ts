import type { RunResult } from '../campaign/result.ts';
import type { Recovery } from '../check/recoveries.ts';

/** Milliseconds within which everything has to be as before. */
export const RESYNC_MS = 2_000;

type Measured = Recovery & { readonly ms: number };

/** The recoveries from those faults that could be measured. */
export function measured(runs: readonly RunResult[], isWanted: (fault: string) => boolean): Measured[] {
  return runs.flatMap(({ recoveries }) =>
    recoveries.filter((recovery): recovery is Measured => recovery.ms !== null && isWanted(recovery.fault)),
  );
}

/** How many of them took too long: "1 of 120", and for how many of these there was no CPU meanwhile. */
export function slowOf(recoveries: readonly Measured[]): string {
  const slow = recoveries.filter(({ ms }) => ms > RESYNC_MS);
  const starved = slow.filter(({ starvedMs }) => starvedMs > 0).length;
  return `${slow.length} of ${recoveries.length}${starved === 0 ? '' : ` (${starved} of them short of CPU)`}`;
}
