/** What is asked of the whole cluster. */
export interface Load {
  /** Polls that are parked at the same time. */
  readonly waiters: number;
  /** Sets a second, on all keys together. */
  readonly sets: number;
  /** Polls that wait for one key, and so are woken by one set. */
  readonly fanout: number;
  /** Size of a value. */
  readonly valueBytes: number;
  /** Seconds after which a poll that nothing woke is answered as timed out, and comes again. */
  readonly pollSeconds: number;
  /** Entries that Redis retains of each key. */
  readonly history: number;
}

/** One machine that runs `comet start`; all are alike. */
export interface Machine {
  /** One worker each. */
  readonly cores: number;
  readonly memoryBytes: number;
  /** Open files that a worker may have. */
  readonly files: number;
  /** Share of CPU and memory that the load may take, 0 to 1; the rest is for peaks. */
  readonly share: number;
}

/** Polls end by an entry or by their time-out; these are how many a second end by the latter. */
export function timeouts({ waiters, sets, fanout, pollSeconds }: Load): number {
  // Entries come to a waiter at random, λ a second. Its polls last (1 − e^(−λT)) / λ on average, and e^(−λT) of them
  // end by the time-out T: a renewal process.
  const rate = (sets * fanout) / waiters;
  return rate === 0 ? waiters / pollSeconds : (waiters * rate) / Math.expm1(rate * pollSeconds);
}

/** Workers of `workers` that hear of a set on average: those with one of its waiters, who are spread at random. */
export function workersReached(workers: number, fanout: number): number {
  return workers * (1 - (1 - 1 / workers) ** fanout);
}
