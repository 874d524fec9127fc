/**
 * What the admin server tells its pages and `comet top`, as JSON. Rates are per second, times of day are milliseconds
 * since 1970, `null` stands where there is nothing to measure. Explained in docs/operations.md.
 */
import type { RefusalReason } from '../metrics/meters.ts';

/** What holds for as long as this server runs. */
export interface ServerFacts {
  /** Random name of this run of the server: ids of the stream belong to it. */
  readonly run: string;
  readonly machine: string;
  readonly engine: 'redis' | 'embedded';
  readonly startedAt: number;
  /** Where browsers reach the workers; empty for the host by which they reached the admin server. */
  readonly host: string;
  /** Of the workers, in their order. */
  readonly ports: readonly number[];
  /** How far back the history goes. */
  readonly historySeconds: number;
}

/** Who may do what, for the try-it page; a reload may change it. */
export interface AccessFacts {
  /** Neither keys nor secrets are configured. */
  readonly tryOut: boolean;
  /** Whether publishing needs a key, and whether mailboxes need a sign. */
  readonly publishKey: boolean;
  readonly sign: boolean;
}

/** The whole machine in one second. */
export interface Point {
  readonly at: number;
  readonly waiters: number;
  readonly connections: number;
  /** Event streams; the connections of both are among `connections`, their keys among `waiters`. */
  readonly streams: number;
  readonly webSockets: number;
  /** Sets, deletes and pushes that the engine took. */
  readonly sets: number;
  readonly deliveries: number;
  readonly refusals: number;
  /** From the moment the engine accepted a set until the answer was written, in milliseconds. */
  readonly wakeP50: number | null;
  readonly wakeP99: number | null;
  /** How late the slowest event loop turned at worst, in milliseconds. */
  readonly lag: number;
  /** Calls to Redis, in milliseconds. */
  readonly redisP50: number | null;
  readonly redisP99: number | null;
}

/** `away`: there is no process; it is replaced. `silent`: its event loop does not turn. */
export type WorkerStatus = 'starting' | 'serving' | 'unready' | 'silent' | 'draining' | 'away';

export interface WorkerRow {
  /** Its number, 1 for the first port. While it is replaced there are two rows of the same number. */
  readonly worker: number;
  readonly port: number;
  readonly pid: number | null;
  readonly status: WorkerStatus;
  /** Why it isn't ready; empty when it is. */
  readonly reason: string;
  readonly waiters: number;
  readonly connections: number;
  readonly streams: number;
  readonly webSockets: number;
  readonly keysWatched: number;
  readonly sets: number;
  readonly deliveries: number;
  /** Milliseconds. */
  readonly lag: number;
  /** Share of one CPU, 0 to 1. */
  readonly cpu: number;
  /** Resident, in bytes. */
  readonly memory: number;
  /** Seconds since its process was started. */
  readonly age: number;
}

/** Counts since the start of the server. */
export interface RefusalRow {
  readonly reason: RefusalReason;
  readonly count: number;
  readonly rate: number;
}

export interface RedisState {
  /** `null` with the embedded engine. */
  readonly up: boolean | null;
  /** Counts since the start of the server. */
  readonly reconnects: number;
  readonly probeFailures: number;
  readonly resyncs: number;
}

/** Told each second. */
export interface Tick {
  readonly point: Point;
  readonly ready: boolean;
  /** Why the server isn't ready; empty when it is. */
  readonly reason: string;
  readonly restarts: number;
  readonly workers: readonly WorkerRow[];
  /** Those that have happened. */
  readonly refusals: readonly RefusalRow[];
  readonly redis: RedisState;
}

export interface KeyRow {
  readonly key: string;
  readonly waiters: number;
  readonly sets: number;
  readonly deliveries: number;
}

export interface BusiestKeys {
  /** Keys that are watched, by each worker that does. */
  readonly watched: number;
  /** Seconds over which the rates are measured. */
  readonly over: number;
  readonly keys: readonly KeyRow[];
}

export type Incident =
  | 'started'
  | 'died'
  | 'draining'
  | 'drained'
  | 'unready'
  | 'ready'
  | 'resync'
  | 'reloaded'
  | 'reload-refused'
  | 'stopping';

/** Something that happened; none of them is a matter of a single request. */
export interface JournalEntry {
  readonly at: number;
  readonly incident: Incident;
  /** `null` for what concerns the whole server. */
  readonly worker: number | null;
  /** In a sentence for people. */
  readonly text: string;
}

/** The first event of a stream. Without `resumed` what the page has belongs to another time: it begins anew. */
export interface Opening {
  readonly server: ServerFacts;
  readonly resumed: boolean;
  /** Oldest first; since the last event that the page had, if it is resumed. */
  readonly points: readonly Point[];
  readonly journal: readonly JournalEntry[];
  /** The newest, if there was one. */
  readonly tick: Tick | null;
  readonly keys: BusiestKeys | null;
}

/** The events of `/events` by their names. */
export interface StreamEvents {
  readonly opening: Opening;
  readonly tick: Tick;
  readonly keys: BusiestKeys;
  readonly incident: JournalEntry;
}
