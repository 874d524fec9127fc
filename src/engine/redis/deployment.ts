import type { Health } from '../engine.ts';
import type { Reply } from './client.ts';
import type { RedisTime } from './redis-time.ts';
import type { ScriptName } from './scripts.ts';

/** What a deployment tells of the topics that are watched. */
export interface DeploymentEvents {
  /** A message on the channel of a key; `time` is the clock of the Redis that sent it. */
  onEntry(key: string, message: string, time: RedisTime): void;
  /** A mailbox may have grown. */
  onMail(uid: string): void;
  /** From now on every message about these comes, and what was before may have been missed. */
  onLive(keys: readonly string[], uids: readonly string[]): void;
  /** Messages about these may be missing until they are live again; about everything, without them. */
  onLost(keys?: readonly string[], uids?: readonly string[]): void;
}

/** Redis as it is deployed: one master, however it is found, or the masters of a Cluster. */
export interface Deployment {
  /** Whether one call may name several of our keys: not in a Cluster, where each has a slot of its own. */
  readonly spansKeys: boolean;
  start(): void;
  /** Resolves once every connection is closed. Idempotent. */
  stop(): Promise<void>;
  health(): Health;
  /** Runs a script on the master that has its keys. `channel` is the one that the script announces on. */
  run(name: ScriptName, keys: readonly string[], args: readonly string[], channel?: string): Promise<Reply>;
  /** The clock of the master that has this Redis key. */
  timeOf(redisKey: string): RedisTime;
  watchKey(key: string): void;
  unwatchKey(key: string): void;
  watchMailbox(uid: string): void;
  unwatchMailbox(uid: string): void;
}
