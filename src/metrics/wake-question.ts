/**
 * What a worker that is to count who was woken asks the others of its machine, by way of the primary: before the set to
 * begin to count under a name of its own, and after it for the number. An end with offset 0 says that nothing was
 * written: the count is forgotten.
 */
export type WakeQuestion =
  | { readonly type: 'begin'; readonly name: string; readonly key: string }
  | { readonly type: 'end'; readonly name: string; readonly epoch: string; readonly offset: number };

/** Whom it woke there; `null` where that is not known in time. To `begin`: 0 once it counts. */
export type WakeAnswer = number | null;
