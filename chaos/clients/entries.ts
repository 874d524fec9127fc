import type { Sighting } from '../history/history.ts';
import { numberOf } from '../history/payload.ts';

/** What an answer says about one key: that of a poll, or one of `moved`. */
export interface Moved {
  readonly cursor: string;
  readonly value?: string;
  readonly recovered?: boolean;
  readonly entries?: readonly { readonly cursor: string; readonly value: string }[];
}

/** An answer as what was seen, in order. */
export function sightingsOf({ cursor, value, recovered = true, entries }: Moved, at: number): Sighting[] {
  const seen = entries ?? (value === undefined ? [] : [{ cursor, value }]);
  if (seen.length === 0) return recovered ? [] : [{ at, number: null, cursor, recovered }];
  // The first of them stands behind what may have been missed.
  return seen.map((entry, index) => ({
    at,
    number: numberOf(entry.value),
    cursor: entry.cursor,
    recovered: recovered || index > 0,
  }));
}
