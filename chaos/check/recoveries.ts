import type { Disturbance, History, Publish } from '../history/history.ts';
import { LEASE_MS } from './lateness.ts';
import { Quiet } from './quiet.ts';

export interface Recovery {
  readonly fault: string;
  /**
   * Milliseconds from the moment in which what was broken answered again until every follower had got something that
   * was acknowledged after it. Null where another fault was there meanwhile, so that the time is that one's, or where
   * nobody published.
   */
  readonly ms: number | null;
  /** For how many of them a worker or the campaign itself had no CPU. */
  readonly starvedMs: number;
  /** Who was the last; empty where `ms` is null. */
  readonly last: string;
}

/** How long it took after each fault until all was as before. What faults that ended earlier left behind counts in. */
export function recoveries(history: History): Recovery[] {
  const cpu = new Quiet({ disturbances: [], stalls: history.stalls });
  return history.disturbances.map((disturbance) => {
    const { fault, backAt } = disturbance;
    const last = lastOf(history, disturbance);
    const overlaps = history.disturbances.some(
      (other) => other !== disturbance && other.backAt > backAt && other.from < last.at,
    );
    if (overlaps || !Number.isFinite(last.at)) return { fault, ms: null, starvedMs: 0, last: '' };
    const ms = last.at - backAt;
    return { fault, ms, starvedMs: Math.round(ms - cpu.between(backAt, last.at)), last: last.who };
  });
}

interface Fresh {
  readonly who: string;
  /** Infinity if it never got anything. */
  readonly at: number;
}

/** Who was the last to get something that was acknowledged after it was back. */
function lastOf({ sets, pushes, traces, mailboxes, disturbances }: History, { backAt }: Disturbance): Fresh {
  const found = traces.map(({ follower, key, sightings }) => ({
    who: `${follower} of ${key}`,
    at: freshAt(sets.get(key) ?? [], sightings, backAt),
  }));
  // After a loss, by this fault or by one before it, an older message may be in flight again, which keeps the next one for
  // its lease. Without `ack` any may be lost with its connection.
  const isLeased = disturbances.some(({ lossFrom, to }) => lossFrom !== null && to + LEASE_MS > backAt);
  const consumers = isLeased ? [] : mailboxes.filter(({ isAcknowledging }) => isAcknowledging);
  found.push(
    ...consumers.map(({ consumer, uid, receipts }) => ({
      who: `${consumer} of ${uid}`,
      at: freshAt(pushes.get(uid) ?? [], receipts, backAt),
    })),
  );
  let last: Fresh | null = null;
  for (const { who, at } of found) if (at !== null && (last === null || at > last.at)) last = { who, at };
  return last ?? { who: '', at: Number.POSITIVE_INFINITY };
}

interface Arrival {
  readonly at: number;
  readonly number: number | null;
}

/** A publisher that waits for so many milliseconds has fallen silent and shows nothing. */
const SILENT_MS = 500;

/** Infinity if it never came; null if its publisher fell silent before anything was acknowledged. */
function freshAt(publishes: readonly Publish[], arrivals: readonly Arrival[], backAt: number): number | null {
  let reached = backAt;
  for (const { number: wanted, sentAt, endedAt, outcome } of publishes) {
    if (endedAt < backAt) continue;
    if (sentAt > reached + SILENT_MS) break;
    reached = endedAt;
    if (outcome !== 'acknowledged') continue;
    const arrival = arrivals.find(({ number }) => number !== null && number >= wanted);
    return Math.max(arrival?.at ?? Number.POSITIVE_INFINITY, backAt);
  }
  return null;
}
