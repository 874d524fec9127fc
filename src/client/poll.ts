import { type Cursors, fieldsOf, positionSteps, type Step } from './move.ts';
import type { Remote } from './remote.ts';

interface Value {
  readonly value: string;
  readonly cursor: string;
}

interface Moved extends Value {
  readonly key: string;
  readonly entries?: readonly Value[];
  readonly recovered?: boolean;
}

interface Answer extends Partial<Moved> {
  /** Composite, where there were several keys. */
  readonly cursor: string;
  readonly moved?: readonly Moved[];
}

/**
 * One long poll of some keys, of `ms` milliseconds at most: what happened to them, in order, and at the end where each
 * stands. With `all` every entry, else the newest of each.
 */
export async function poll(
  remote: Remote,
  asked: Cursors,
  all: boolean,
  ms: number,
  signal: AbortSignal,
): Promise<Step[]> {
  const fields = [...fieldsOf(asked), ['timeout', `${ms / 1000}`], ['all', `${Number(all)}`]] as [string, string][];
  const answer = await remote.ask<Answer>('get', fields, ms, signal);
  // The answer for a single key is what stands in a list for several; one that timed out has no value.
  const moved = answer.moved ?? (asked.size > 1 ? [] : [answer as Moved]);
  const steps = moved.flatMap((one) =>
    (one.entries ?? [one]).map(({ value, cursor }, index) => {
      return { key: one.key, to: cursor, value, missed: index === 0 && one.recovered === false };
    }),
  );
  return [...steps, ...positionSteps(asked, answer.cursor, answer.recovered === false)];
}
