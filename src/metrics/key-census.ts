/** Which keys of a worker are busiest, as it travels to the primary. */
export interface KeyCensus {
  /** Milliseconds since the census before, or since the start. */
  readonly elapsedMs: number;
  /** Keys that were looked at. */
  readonly watched: number;
  /** The busiest by waiters, by sets and by deliveries together, each key once; in no order. */
  readonly keys: readonly KeyFigures[];
}

/** What happened on one key since the census before. */
export interface KeyFigures {
  readonly key: string;
  /** Who waits now. */
  readonly waiters: number;
  /** Entries that came; every worker that watches the key sees the same ones. */
  readonly sets: number;
  /** Waiters of this worker that were answered with an entry. */
  readonly deliveries: number;
}
