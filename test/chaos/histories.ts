import { judge } from '../../chaos/check/judge.ts';
import type { ViolationKind } from '../../chaos/check/violation.ts';
import type {
  Disturbance,
  History,
  Outcome,
  PollEnd,
  Publish,
  Receipt,
  Sighting,
  Trace,
} from '../../chaos/history/history.ts';

/** Milliseconds between two publishes of these histories. */
export const STEP = 100;

/** Publishes 1, 2, 3 …, each acknowledged 10 ms after it was sent; `cursors` are theirs in turn, or how they ended. */
export function published(...cursors: (string | Exclude<Outcome, 'acknowledged'>)[]): Publish[] {
  return cursors.map((cursor, index) => {
    const [number, sentAt] = [index + 1, index * STEP];
    const common = { number, sentAt, endedAt: sentAt + 10 };
    if (cursor === 'refused' || cursor === 'unknown') return { ...common, outcome: cursor, cursor: null };
    return { ...common, outcome: 'acknowledged' as const, cursor: cursor === '' ? null : cursor };
  });
}

/** What was seen of value `number`, 5 ms after it was acknowledged unless told. */
export function saw(number: number, cursor: string, more: Partial<Sighting> = {}): Sighting {
  return { at: (number - 1) * STEP + 15, number, cursor, recovered: true, ...more };
}

export function got(number: number, id = `id-${number}`): Receipt {
  return { at: (number - 1) * STEP + 15, number, id };
}

/** A fault without consequences, unless told. */
export function fault(more: Partial<Disturbance> = {}): Disturbance {
  return { fault: 'some-fault', from: 0, to: 0, backAt: more.to ?? 0, lives: 0, lossFrom: null, ...more };
}

export interface Story {
  readonly sets?: readonly Publish[];
  readonly every?: readonly Sighting[];
  readonly newest?: readonly Sighting[];
  readonly pushes?: readonly Publish[];
  readonly receipts?: readonly Receipt[];
  /** Of a consumer without `ack`, which has these receipts too. */
  readonly ends?: readonly PollEnd[];
  readonly faults?: readonly Disturbance[];
}

/** The history of one key and one mailbox. */
export function historyOf({ sets = [], every, newest, pushes = [], receipts, ends, faults = [] }: Story): History {
  const trace = (want: Trace['want'], sightings: readonly Sighting[] | undefined): Trace[] =>
    sightings === undefined ? [] : [{ follower: want, key: 'k', want, since: 0, sightings }];
  return {
    sets: new Map([['k', sets]]),
    pushes: new Map([['u', pushes]]),
    traces: [...trace('every', every), ...trace('newest', newest)],
    mailboxes:
      receipts === undefined
        ? []
        : [
            {
              ...{ consumer: 'consumer', uid: 'u', since: 0, receipts },
              ...{ isAcknowledging: ends === undefined, ends: ends ?? [] },
            },
          ],
    disturbances: faults,
    stalls: [],
  };
}

/** The kinds of what is wrong with it, each once. */
export function kindsOf(story: Story): ViolationKind[] {
  return [...new Set(judge(historyOf(story)).violations.map(({ kind }) => kind))].sort();
}
