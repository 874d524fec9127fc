import type { History } from '../history/history.ts';
import { checkEnd } from './newest.ts';

/** Whether every follower has the last acknowledged value, and every consumer the last acknowledged message. */
export function isCaughtUp({ sets, pushes, traces, mailboxes }: History): boolean {
  return (
    traces.every((trace) => checkEnd(trace, sets.get(trace.key) ?? []).next().done === true) &&
    mailboxes.every(({ uid, receipts }) => {
      const last = pushes.get(uid)?.findLast(({ outcome }) => outcome === 'acknowledged');
      return last === undefined || receipts.some(({ number }) => number === last.number);
    })
  );
}
