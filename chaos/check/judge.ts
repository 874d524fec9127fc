import type { History, Publish } from '../history/history.ts';
import { checkEvery } from './every.ts';
import { checkFalseAlarms } from './false-alarms.ts';
import { checkLateness } from './lateness.ts';
import { checkMailbox } from './mailbox.ts';
import { MailboxOnce } from './mailbox-once.ts';
import { checkEnd, checkForwards } from './newest.ts';
import { checkPhantoms, checkPlaces } from './phantoms.ts';
import { Quiet } from './quiet.ts';
import { type Recovery, recoveries } from './recoveries.ts';
import { RedisLosses } from './redis-losses.ts';
import type { Violation } from './violation.ts';

/** How many of what. */
export interface Tally {
  /** Sets and pushes that were acknowledged. */
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Entries and messages that clients got. */
  readonly deliveries: number;
  /** Answers with `recovered:false`. */
  readonly told: number;
  /** Acknowledged sets that Redis itself lost. */
  readonly lostByRedis: number;
}

export interface Verdict {
  /** In the order in which they showed. */
  readonly violations: readonly Violation[];
  readonly tally: Tally;
  readonly recoveries: readonly Recovery[];
}

/** Judges what happened in a run. Pure. */
export function judge(history: History): Verdict {
  const [losses, quiet] = [new RedisLosses(history), new Quiet(history)];
  const redisLostData = history.disturbances.some(({ lossFrom }) => lossFrom !== null);
  const violations: Violation[] = [
    ...checkPhantoms(history),
    ...checkPlaces(history),
    ...checkLateness(history, quiet, losses),
    ...checkFalseAlarms(history),
  ];
  for (const trace of history.traces) {
    const sets = history.sets.get(trace.key) ?? [];
    violations.push(...(trace.want === 'every' ? checkEvery(trace, sets, losses) : checkForwards(trace)));
    violations.push(...checkEnd(trace, sets));
  }
  for (const trace of history.mailboxes) {
    const pushes = history.pushes.get(trace.uid) ?? [];
    if (trace.isAcknowledging) violations.push(...checkMailbox(trace, pushes, losses, redisLostData));
    else violations.push(...new MailboxOnce(trace, history, losses).check(pushes, redisLostData));
  }
  violations.sort((a, b) => a.at - b.at);
  return { violations, tally: tally(history, losses), recoveries: recoveries(history) };
}

function tally({ sets, pushes, traces, mailboxes }: History, losses: RedisLosses): Tally {
  const published = [...sets.values(), ...pushes.values()].flat();
  const ended = (outcome: Publish['outcome']) => published.filter((publish) => publish.outcome === outcome).length;
  const sightings = traces.flatMap((trace) => trace.sightings);
  return {
    acknowledged: ended('acknowledged'),
    refused: ended('refused'),
    unknown: ended('unknown'),
    deliveries:
      sightings.filter(({ number }) => number !== null).length +
      mailboxes.reduce((sum, { receipts }) => sum + receipts.length, 0),
    told: sightings.filter(({ recovered }) => !recovered).length,
    lostByRedis: published.filter((publish) => losses.has(publish)).length,
  };
}
