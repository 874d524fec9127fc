/**
 * The engine: where entries and mailboxes live, and how a worker hears of them.
 *
 * One contract for append, fan-out and read together, because the guarantee "no wake-up is lost" spans all three:
 * an entry is appended and announced in one atomic step, and whoever watched before it reads never misses one.
 * Two engines implement it: `redis` (production) and `embedded` (the primary's memory, one machine).
 */

/** The epoch before the current one, and the offset at which it was left: its cursors are good up to there. */
export interface Ancestor {
  readonly epoch: string;
  readonly offset: number;
}

/** What an engine retains of one key. A key that was never set, was deleted or has expired has no log (`null`). */
export interface Log {
  /** Random name of this life of the log. */
  readonly epoch: string;
  /** Offset of the newest entry, 1 or more. */
  readonly offset: number;
  /** Offset of the oldest entry that the engine retains; equals `offset` when only the newest is left. */
  readonly first: number;
  readonly ancestor: Ancestor | null;
  /** When the log expires: milliseconds on this process's wall clock, 0 for never. */
  readonly expiresAt: number;
  /**
   * Values without a gap up to the newest, oldest first, never empty: the entry at index `i` has offset
   * `offset - values.length + 1 + i`. Only the newest unless the read asked for the history.
   */
  readonly values: readonly string[];
}

/** An entry was appended. Everything a waiter needs is in here: a wake-up costs no read. */
export interface EntryNotice {
  readonly type: 'entry';
  readonly epoch: string;
  readonly offset: number;
  readonly first: number;
  readonly ancestor: Ancestor | null;
  readonly expiresAt: number;
  /** `null` when the value is too large to travel in a notice: read the log. */
  readonly value: string | null;
  /** When the engine accepted the entry, milliseconds on this process's wall clock. */
  readonly acceptedAt: number;
}

/** The log that had this epoch and newest offset is gone (deleted). */
export interface GoneNotice {
  readonly type: 'gone';
  readonly epoch: string;
  readonly offset: number;
}

export type Notice = EntryNotice | GoneNotice;

/** What an engine tells its worker. Called synchronously, in the order in which things happened to one key. */
export interface EngineEvents {
  /**
   * From now on every notice on these topics is delivered, and whatever happened before may have been missed: read.
   * Told after the first acknowledged subscription, after each re-subscription, and when the engine found that it
   * lost data. Only topics that are watched at that moment are named.
   */
  live(keys: readonly string[], uids: readonly string[]): void;
  /** Notices on these topics may be missing from now on, until they are told `live` again; on every topic without them. */
  lost(keys?: readonly string[], uids?: readonly string[]): void;
  notice(key: string, notice: Notice): void;
  /** Something may have been put into this mailbox. A hint: it may come too often, it is never the only way to find out. */
  mailbox(uid: string): void;
}

export interface AppendOptions {
  /** Seconds until the whole log expires (decimals allowed); 0 keeps it until it is deleted. */
  readonly ttl: number;
  /** Idempotency id, scoped to the key and remembered for 5 minutes; empty for none. */
  readonly id: string;
}

/** `conflict`: the id was used before with another value; nothing was written. */
export type AppendResult =
  | { readonly type: 'appended'; readonly epoch: string; readonly offset: number }
  | { readonly type: 'conflict' };

/** Able to deliver, or the reason why not (an operator reads it). */
export type Health = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/**
 * Every call that reaches out settles within the engine's deadline, which is how long the engine may be silent; while it
 * replies to calls made before, within four times that. Failures are `CometError`s of the catalogue:
 * `ENGINE_UNAVAILABLE` when nothing was done, `ENGINE_TIMEOUT` when it may have been done, and the engine's own refusals.
 */
export interface Engine {
  /** Begins to connect and returns; keeps trying for ever. `events` are called from then on. */
  start(events: EngineEvents): void;
  /** Closes every connection. Outstanding calls fail as when a connection is lost: they may have been done. Idempotent. */
  stop(): Promise<void>;
  /** Appends and announces in one atomic step; resolves once the engine has taken it. */
  append(key: string, value: string, options: AppendOptions): Promise<AppendResult>;
  /** Deletes the log and announces that in one atomic step. A key without a log is left alone. */
  remove(key: string): Promise<void>;
  /** The log as it is at some moment after the call; with `history` every retained value, else the newest only. */
  read(key: string, history: boolean): Promise<Log | null>;
  /** Asks for notices on a key; `live` tells when they are certain. Watching twice is watching once. */
  watch(key: string): void;
  unwatch(key: string): void;
  health(): Health;
  readonly mailboxes: MailboxEngine;
}

/** What came out of a mailbox for a poll without `ack`. */
export interface Popped {
  /** Oldest first; empty when there was nothing to have. */
  readonly values: readonly string[];
  /** Milliseconds until another client's unacknowledged message may be had by a parked poll; 0 when there is none. */
  readonly leasedFor: number;
}

/** What a poll with `ack` was given: the one message in flight, or nothing. */
export interface Taken {
  readonly message: { readonly id: string; readonly value: string } | null;
  /** As in `Popped`. */
  readonly leasedFor: number;
}

/**
 * The mailboxes of users. `parked` tells a poll that waited (it respects the lease of a message in flight) from one
 * that has just arrived (it gets that message again, or for good, at once).
 */
export interface MailboxEngine {
  /**
   * Puts a message in and announces it in one atomic step. Rejects with `MAILBOX_FULL` where the mailbox holds as many
   * messages as it may, the one in flight not counted.
   */
  push(uid: string, value: string): Promise<void>;
  /** Takes up to `count` messages for good. At most once: what is lost on the way to the caller is lost. */
  pop(uid: string, count: number, parked: boolean): Promise<Popped>;
  /**
   * Puts messages that could not be handed over back, so that they are the next to come out, and announces them; however
   * full the mailbox is.
   */
  giveBack(uid: string, values: readonly string[]): Promise<void>;
  /**
   * The right `ack` (the id of the message in flight) drops that message and takes the next; any other gets the
   * message in flight again and renews its lease.
   */
  take(uid: string, ack: string, parked: boolean): Promise<Taken>;
  watch(uid: string): void;
  unwatch(uid: string): void;
}

/** How long the message in flight stays with the poll it was given to. */
export const LEASE_MS = 30_000;

/** How long an idempotency id is remembered. */
export const IDEMPOTENCY_MS = 300_000;

/** The largest value, in bytes of UTF-8, that travels in a notice; above it the notice says `null`. */
export const NOTICE_VALUE_BYTES = 8192;
