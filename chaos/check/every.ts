import { parseCursor } from '../../src/hub/cursor.ts';
import type { Publish, Sighting, Trace } from '../history/history.ts';
import type { RedisLosses } from './redis-losses.ts';
import type { Violation } from './violation.ts';

/**
 * What a follower that wants every entry must have seen: each offset after the one before, and each acknowledged set,
 * unless it was told that entries may have been missed and given what came later.
 */
export function checkEvery(trace: Trace, sets: readonly Publish[], losses: RedisLosses): Violation[] {
  return [...steps(trace), ...coverage(trace, sets, losses)];
}

function* steps(trace: Trace): Generator<Violation> {
  // Null: just told, anything may follow.
  let last: number | null = 0;
  for (const { at, number, cursor, recovered } of trace.sightings) {
    const offset = parseCursor(cursor)?.offset ?? null;
    if (!recovered) last = null;
    if (number !== null && last !== null && offset !== null && offset !== last + 1) {
      const kind = offset > last + 1 ? 'lost' : 'order';
      const what = `value ${number} at ${cursor} came after offset ${last}`;
      yield { kind, who: trace.follower, where: trace.key, what, at };
    }
    last = offset;
  }
}

function* coverage(trace: Trace, sets: readonly Publish[], losses: RedisLosses): Generator<Violation> {
  const seen = new Set(trace.sightings.map(({ number }) => number));
  for (const set of sets) {
    if (set.outcome !== 'acknowledged' || seen.has(set.number) || losses.has(set)) continue;
    if (wasTold(trace.sightings, set)) continue;
    const what = `value ${set.number} at ${set.cursor} was never seen`;
    yield { kind: 'lost', who: trace.follower, where: trace.key, what, at: set.endedAt };
  }
}

/** Whether it was told, before it saw anything newer, that entries may have been missed, and then given a newer one. */
function wasTold(sightings: readonly Sighting[], set: Publish): boolean {
  const newer = sightings.findIndex(({ number }) => number !== null && number > set.number);
  if (newer < 0) return false;
  // The answer that tells may hold the first newer entry itself, or older ones that are retained and lead up to it.
  return sightings.slice(0, newer + 1).some(({ at, recovered }) => !recovered && at >= set.sentAt);
}
