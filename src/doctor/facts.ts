/** What readers find out and checks judge. Everything is plain data, so that a test can write it down. */
import type { Config } from '../config/options.ts';
import type { Target } from '../engine/redis/target.ts';
import type { Directive } from './nginx/syntax.ts';

export interface Facts {
  /** With the machine's own numbers for `workers` and `max-waiters`: what the server would run with. */
  readonly config: Config;
  /** As it was written, 0 where it is left to the machine. */
  readonly configured: Config;
  readonly machine: MachineFacts;
  /** Those of the workers, then that of the admin server; none for ports that the system chooses. */
  readonly ports: readonly PortFact[];
  readonly pidFile: PidFileFact;
  /** `null` with the embedded engine. */
  readonly redis: RedisFacts | null;
  /** `null` when no file was named. */
  readonly nginx: NginxFacts | null;
}

export interface MachineFacts {
  /** Files that a worker may have open. */
  readonly openFiles: number;
  /** Whose limit that is: of the running server, or `null` for that of this command's own process. */
  readonly openFilesOf: number | null;
  /** CPUs that this process may run on, and how many a control group grants (infinite without a limit). */
  readonly cpus: number;
  readonly cpuLimit: number;
  /** Bytes that this process and its children may use: the machine's, or less by a control group. */
  readonly memory: number;
  /** Kernel settings by name, such as `net.core.somaxconn`; one that the system doesn't have is missing. */
  readonly kernel: Readonly<Record<string, string>>;
}

/** Who has a port: nobody, a comet server, another program; or why this address can't be bound at all. */
export type PortState = 'free' | 'comet' | 'taken' | 'forbidden' | 'no-address';

export interface PortFact {
  readonly option: 'port' | 'admin-port';
  readonly host: string;
  readonly port: number;
  readonly state: PortState;
}

/** `running` with the process of a live primary; `unusable` with the reason why it could not be written. */
export type PidFileFact =
  | { readonly state: 'none' | 'free' | 'stale' }
  | { readonly state: 'running'; readonly pid: number }
  | { readonly state: 'unusable'; readonly problem: string };

export type RedisFacts =
  | { readonly reached: false; readonly problem: string }
  | { readonly reached: true; readonly server: RedisServerFacts };

export interface RedisServerFacts {
  /** What `redis-url` says it is; of a cluster this is one node. */
  readonly kind: Target['kind'];
  /** Sections of `INFO` in one map, and what `CONFIG GET` tells; either is empty where our user may not ask. */
  readonly info: Readonly<Record<string, string>>;
  readonly settings: Readonly<Record<string, string>>;
  /** The median of some round trips, milliseconds. */
  readonly latencyMs: number;
  /** How far our clock is ahead of Redis', and by how much that may be wrong; milliseconds. */
  readonly clockOffsetMs: number;
  readonly clockErrorMs: number;
  /** What our user was refused, each with what Redis said: `hset: NOPERM …`. */
  readonly refused: readonly string[];
  /** Whether it runs on this machine. */
  readonly isLocal: boolean;
}

export type NginxFacts =
  | { readonly read: false; readonly problem: string }
  | { readonly read: true; readonly file: string; readonly directives: readonly Directive[] };
