import type { History } from '../history/history.ts';

/** Whether every follower has the last acknowledged value or a newer one, and every consumer the last acknowledged message. */
export function isCaughtUp({ sets, pushes, traces, mailboxes }: History): boolean {
  return (
    traces.every(({ key, sightings }) => {
      const last = sets.get(key)?.findLast(({ outcome }) => outcome === 'acknowledged');
      const sighting = sightings.findLast(({ number }) => number !== null);
      return last === undefined || (sighting?.number ?? 0) >= last.number;
    }) &&
    mailboxes.every(({ uid, receipts }) => {
      const last = pushes.get(uid)?.findLast(({ outcome }) => outcome === 'acknowledged');
      return last === undefined || receipts.some(({ number }) => number === last.number);
    })
  );
}
