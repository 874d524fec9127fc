import type { History, Publish } from '../history/history.ts';

export interface Recovery {
  readonly fault: string;
  /**
   * Milliseconds from the heal until everybody had got something that was acknowledged after it; null where another fault
   * came in between, or somebody had no CPU meanwhile.
   */
  readonly ms: number | null;
}

/** How long it took after each fault until all was as before. */
export function recoveries(history: History): Recovery[] {
  return history.disturbances.map((disturbance) => {
    const recoveredAt = freshEverywhere(history, disturbance.to);
    const alone =
      history.disturbances.every(
        (other) => other === disturbance || other.to <= disturbance.from || other.from >= recoveredAt,
      ) && history.stalls.every(({ from, to }) => to <= disturbance.to || from >= recoveredAt);
    return {
      fault: disturbance.fault,
      ms: alone && Number.isFinite(recoveredAt) ? recoveredAt - disturbance.to : null,
    };
  });
}

/** When the last of all had got something that was acknowledged after that moment; infinity if one never did. */
function freshEverywhere({ sets, pushes, traces, mailboxes }: History, after: number): number {
  const moments = [
    ...traces.map(({ key, sightings }) => fresh(sets.get(key) ?? [], sightings, after)),
    ...mailboxes.map(({ uid, receipts }) => fresh(pushes.get(uid) ?? [], receipts, after)),
  ].filter((moment) => moment !== null);
  return moments.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...moments);
}

interface Arrival {
  readonly at: number;
  readonly number: number | null;
}

/** Who publishes nothing for so many milliseconds after the heal says nothing about the recovery. */
const SILENT_MS = 500;

function fresh(publishes: readonly Publish[], arrivals: readonly Arrival[], after: number): number | null {
  const ended = publishes.filter(({ endedAt }) => endedAt >= after);
  if ((ended[0]?.sentAt ?? Number.POSITIVE_INFINITY) > after + SILENT_MS) return null;
  const first = ended.find(({ outcome }) => outcome === 'acknowledged');
  if (first === undefined) return Number.POSITIVE_INFINITY;
  const arrival = arrivals.find(({ number }) => number !== null && number >= first.number);
  return arrival === undefined ? Number.POSITIVE_INFINITY : Math.max(arrival.at, after);
}
