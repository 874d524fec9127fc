/** The smallest thing that can happen to a key. */
export interface Step {
  readonly key: string;
  /** Cursor after it. */
  readonly to: string;
  /** Of the entry at `to`; none where only the position changed. */
  readonly value?: string | undefined;
  /** Entries before it may have been missed. */
  readonly missed: boolean;
}

/** A step as a source tells it. They form a chain: each begins where the one before ended. */
export interface Move extends Step {
  readonly from: string;
}

/** A cursor for each key, in the order in which they are asked for; empty: nothing is known of that key. */
export type Cursors = ReadonlyMap<string, string>;

/** The parameters that ask for these keys. */
export function fieldsOf(asked: Cursors): [string, string][] {
  const after = [...asked.values()].join();
  const keys = [...asked.keys()].map((key): [string, string] => ['key', key]);
  // Nothing but commas: nothing is known of any key.
  return /[^,]/.test(after) ? [...keys, ['after', after]] : keys;
}

/** Where the composite cursor of an answer puts each key. */
export function positionSteps(asked: Cursors, cursor: string, missed: boolean): Step[] {
  const cursors = cursor.split(',');
  return [...asked.keys()].map((key, index) => ({ key, to: cursors[index] ?? '', missed }));
}
