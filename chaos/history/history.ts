/** What clients did and saw in one run. All times are milliseconds of one clock; all numbers begin at 1. */
export interface History {
  /** Sets by key, in the order in which they were sent: a key has one publisher, which sends one at a time. */
  readonly sets: ReadonlyMap<string, readonly Publish[]>;
  /** Pushes by uid, likewise. */
  readonly pushes: ReadonlyMap<string, readonly Publish[]>;
  readonly traces: readonly Trace[];
  readonly mailboxes: readonly MailboxTrace[];
  readonly disturbances: readonly Disturbance[];
  /** When a worker or this process itself got no CPU: what came late then says nothing about the server. */
  readonly stalls: readonly Span[];
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * `acknowledged`: answered as done. `refused`: every attempt was answered that nothing was done. `unknown`: it may
 * have been done, at any time after it was sent.
 */
export type Outcome = 'acknowledged' | 'refused' | 'unknown';

/** One value that was set or pushed: the `number`-th of its key or mailbox. */
export interface Publish {
  readonly number: number;
  readonly sentAt: number;
  readonly endedAt: number;
  readonly outcome: Outcome;
  /** Of an acknowledged set; null for pushes and all others. */
  readonly cursor: string | null;
}

/** What one follower was told about one key, in the order in which it was told. */
export interface Trace {
  readonly follower: string;
  readonly key: string;
  readonly want: 'every' | 'newest';
  /** When it first asked. */
  readonly since: number;
  readonly sightings: readonly Sighting[];
}

export interface Sighting {
  readonly at: number;
  /** Which value; null where it was told that entries may have been missed and given none. */
  readonly number: number | null;
  /** Of the value, or where the client stands; empty if it was told neither. */
  readonly cursor: string;
  /** False: entries may have been missed before this one. */
  readonly recovered: boolean;
}

/** What one consumer took from one mailbox, of which it is the only one. It polls with `ack`, or always without. */
export interface MailboxTrace {
  readonly consumer: string;
  readonly uid: string;
  readonly isAcknowledging: boolean;
  readonly since: number;
  readonly receipts: readonly Receipt[];
  readonly ends: readonly PollEnd[];
}

export interface Receipt {
  readonly at: number;
  readonly number: number;
  /** Empty without `ack`. */
  readonly id: string;
}

/** A poll that ended without a message: it was refused or broke, or its time was over. */
export interface PollEnd {
  readonly at: number;
  readonly isBroken: boolean;
}

/** A fault, from the moment in which it was injected until it was healed. */
export interface Disturbance extends Span {
  readonly fault: string;
  /** When what was broken answered again: `to`, or before it where something else had to be mended too. */
  readonly backAt: number;
  /** How many times Redis may have taken another replication id: each begins an epoch of every key. */
  readonly lives: number;
  /** What was acknowledged between then and `to` Redis may have lost; null if it lost nothing. */
  readonly lossFrom: number | null;
}
