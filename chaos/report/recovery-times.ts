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

/** How many of them took too long: "1 of 120", and how many of these would not have, with a CPU all the time. */
export function slowOf(recoveries: readonly Measured[]): string {
  const slow = recoveries.filter(({ ms }) => ms > RESYNC_MS);
  const starved = slow.filter(({ ms, starvedMs }) => ms - starvedMs <= RESYNC_MS).length;
  return `${slow.length} of ${recoveries.length}${starved === 0 ? '' : ` (${starved} of them for want of CPU)`}`;
}
