import { parseCursor } from '../../src/hub/cursor.ts';
import type { Publish, Trace } from '../history/history.ts';
import type { Violation } from './violation.ts';

/** A follower that wants the newest value never goes back in a log, unless it was told. */
export function* checkForwards(trace: Trace): Generator<Violation> {
  let last: number | null = 0;
  for (const { at, number, cursor, recovered } of trace.sightings) {
    const offset = parseCursor(cursor)?.offset ?? null;
    if (!recovered) last = null;
    if (number !== null && last !== null && offset !== null && offset <= last) {
      const what = `value ${number} at ${cursor} came after offset ${last}`;
      yield { kind: 'order', who: trace.follower, where: trace.key, what, at };
    }
    last = offset;
  }
}

/**
 * Every follower ends with the value that was acknowledged last, which the run set after all faults were healed, or with
 * one of which nobody knows when it was written.
 */
export function* checkEnd(trace: Trace, sets: readonly Publish[]): Generator<Violation> {
  const last = sets.findLast(({ outcome }) => outcome === 'acknowledged');
  const sighting = trace.sightings.findLast(({ number }) => number !== null);
  if (last === undefined || sighting?.number === last.number) return;
  if (sighting?.number && sets[sighting.number - 1]?.outcome === 'unknown') return;
  const what = `it ended with value ${sighting?.number ?? 'none'} instead of ${last.number} at ${last.cursor}`;
  yield { kind: 'lost', who: trace.follower, where: trace.key, what, at: last.endedAt };
}
