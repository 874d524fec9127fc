import type { RedisServer } from '../../test/support/redis-server.ts';

export const TOPOLOGIES = ['single', 'sentinel', 'cluster'] as const;
export type Topology = (typeof TOPOLOGIES)[number];

/** Redis as it is deployed. */
export interface Store {
  readonly topology: Topology;
  /** What the machine with this number is given as `redis-url`. */
  url(machine: number): string;
  /** Every Redis that takes writes now. */
  masters(): Promise<RedisServer[]>;
  /** Resolves once everything runs again that was killed, and replicas have what they need. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * What every Redis of the campaign has: data that outlives a crash of the process, and events for mailboxes. With
 * `everysec` Redis answers before it has written while a sync is under way, and a kill then loses what it had
 * acknowledged; with `no` it writes first.
 */
export const REDIS_CONFIG = {
  appendonly: 'yes',
  appendfsync: 'no',
  'auto-aof-rewrite-percentage': '0',
  'notify-keyspace-events': 'Kl',
} as const;
