/** The lengths of time by which processes are supervised, in milliseconds. Tests shorten them. */
export interface Timings {
  /** Between two pings of a worker. */
  readonly ping: number;
  /** Pings in a row without an answer after which a worker counts as hung and is killed. */
  readonly unansweredPings: number;
  /** How long a worker that has not said that it is up may leave pings unanswered: a busy machine starts it slowly. */
  readonly boot: number;
  /** How long a port may have no worker before the primary closes it. */
  readonly vacancy: number;
  /** How long a worker that has no predecessor may take to become ready before it is given the port all the same. */
  readonly patience: number;
  /** How long the successor of a worker that is ready may take to become ready too. */
  readonly ready: number;
  /** A worker that lived so long starts a new row of back-offs when it dies. */
  readonly settled: number;
  /** Delay of the second respawn in a row; the first is immediate, each further one takes twice as long. */
  readonly backOff: number;
  readonly maxBackOff: number;
  /** What a draining worker may take beyond `drain-seconds` before it is killed. */
  readonly drainSlack: number;
  /** Before a port that somebody else has taken meanwhile is tried again. */
  readonly rebind: number;
  /** How long a scrape waits for the metrics of a worker. */
  readonly metrics: number;
  /** How long a worker may take to say whom a set woke there: what it waits for the entry itself, and more. */
  readonly wake: number;
}

export const TIMINGS: Timings = {
  ping: 1000,
  unansweredPings: 10,
  boot: 60_000,
  vacancy: 1000,
  patience: 500,
  ready: 10_000,
  settled: 30_000,
  backOff: 100,
  maxBackOff: 5000,
  drainSlack: 10_000,
  rebind: 500,
  metrics: 1000,
  wake: 600,
};
