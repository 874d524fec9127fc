import { parseCursor } from '../../src/hub/cursor.ts';
import type { History, Publish } from '../history/history.ts';
import type { Quiet } from './quiet.ts';
import type { RedisLosses } from './redis-losses.ts';
import type { Violation } from './violation.ts';

/**
 * Quiet milliseconds after which a value must have come: a silent loss is found and mended within 5 s, and 1 s for a
 * machine that is busy.
 */
export const LATEST_MS = 6_000;

/**
 * Milliseconds for which a message may be kept from a parked poll after Redis came back older: what it had in flight then
 * is leased to somebody.
 */
export const LEASE_MS = 30_000;

interface Arrival {
  readonly at: number;
  readonly number: number | null;
  /** A message has none. */
  readonly cursor?: string;
  readonly recovered?: boolean;
}

/** Nobody waits for long for what is there: of traces and of mailboxes alike. */
export function* checkLateness(history: History, quiet: Quiet, losses: RedisLosses): Generator<Violation> {
  for (const { follower, key, since, sightings } of history.traces) {
    const sets = (history.sets.get(key) ?? []).filter((set) => !losses.has(set));
    for (const { publish, ms } of delays(sets, sightings, since, quiet)) {
      if (ms <= LATEST_MS) continue;
      const what = `value ${publish.number} came after ${Math.round(ms)} ms in which nothing was broken`;
      yield { kind: 'late', who: follower, where: key, what, at: publish.endedAt };
    }
  }
  const latest = history.disturbances.some(({ lossFrom }) => lossFrom !== null) ? LATEST_MS + LEASE_MS : LATEST_MS;
  for (const { consumer, uid, since, receipts } of history.mailboxes) {
    const pushes = (history.pushes.get(uid) ?? []).filter((push) => !losses.mayHave(push));
    for (const { publish, ms } of delays(pushes, receipts, since, quiet)) {
      if (ms <= latest) continue;
      const what = `message ${publish.number} came after ${Math.round(ms)} ms in which nothing was broken`;
      yield { kind: 'late', who: consumer, where: uid, what, at: publish.endedAt };
    }
  }
}

/** How long each acknowledged value took until it, or a newer one, was there. What never came is not in it. */
function* delays(publishes: readonly Publish[], arrivals: readonly Arrival[], since: number, quiet: Quiet) {
  let next = 0;
  for (const publish of publishes) {
    if (publish.outcome !== 'acknowledged') continue;
    const isThere = (arrival: Arrival) => isAtLeast(arrival, publish);
    while (next < arrivals.length && !isThere(arrivals[next] as Arrival)) next++;
    const arrival = arrivals[next];
    if (arrival === undefined) return;
    yield { publish, ms: quiet.between(Math.max(publish.endedAt, since), arrival.at) };
  }
}

/** The value or a newer one: by its number, or by its place, as one is that nobody knew of and that was written later. */
function isAtLeast({ number, cursor = '' }: Arrival, publish: Publish): boolean {
  if (number === null || number >= publish.number) return number !== null;
  const [place, wanted] = [parseCursor(cursor), parseCursor(publish.cursor ?? '')];
  return place !== null && wanted !== null && place.epoch === wanted.epoch && place.offset > wanted.offset;
}
