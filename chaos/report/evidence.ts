import type { Played } from '../campaign/run.ts';
import type { Violation } from '../check/violation.ts';

const AROUND = 6;

/** What surrounds a violation: what was published there, what that client saw, and what was broken. Times from the start of the run. */
export function evidence({ history, startedAt }: Played, violation: Violation): string[] {
  const { who, where, at } = violation;
  const time = (moment: number) => `${(moment - startedAt).toFixed(0)} ms`;
  const published = history.sets.get(where) ?? history.pushes.get(where) ?? [];
  const seen = [
    ...history.traces
      .filter(({ follower, key }) => follower === who && key === where)
      .flatMap((trace) => trace.sightings),
    ...history.mailboxes.filter(({ uid }) => uid === where).flatMap((trace) => trace.receipts),
  ];
  return [
    `${violation.kind}: ${who} of ${where}: ${violation.what} (at ${time(at)})`,
    ...nearest(published, at, ({ endedAt }) => endedAt).map(
      ({ number, sentAt, endedAt, outcome, cursor }) =>
        `  published ${number} from ${time(sentAt)} to ${time(endedAt)}: ${outcome} ${cursor ?? ''}`,
    ),
    ...nearest(seen, at, (sighting) => sighting.at).map(
      (sighting) => `  saw at ${time(sighting.at)} ${JSON.stringify({ ...sighting, at: undefined })}`,
    ),
    ...history.disturbances.map(({ fault, from, to }) => `  ${fault} from ${time(from)} to ${time(to)}`),
    ...nearest(history.stalls, at, ({ to }) => to).map(({ from, to }) => `  no CPU from ${time(from)} to ${time(to)}`),
  ];
}

/** Those around a moment, in their order. */
function nearest<T>(items: readonly T[], at: number, timeOf: (item: T) => number): readonly T[] {
  const index = items.findIndex((item) => timeOf(item) >= at);
  const middle = index < 0 ? items.length : index;
  return items.slice(Math.max(0, middle - AROUND), middle + AROUND);
}
