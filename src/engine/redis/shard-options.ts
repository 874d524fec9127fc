import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Access } from './client.ts';
import type { DeploymentEvents } from './deployment.ts';
import type { Names } from './names.ts';
import type { Address } from './target.ts';

export interface ShardOptions {
  /** Where its master is now; asked before each connection. */
  readonly locate: () => Promise<Address>;
  readonly access: Access;
  readonly names: Names;
  /** Name of this process among all that use this Redis. */
  readonly process: string;
  /** One of several masters of a Cluster: told the tag of a slot that it has, `null` while it has none. */
  readonly home?: () => string | null;
  readonly timeoutMs: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  /** Replicas that must have an entry before its append is over; 0 or nothing for none. */
  readonly replicas?: number;
  readonly log: Logger;
  readonly meters: Meters;
  readonly clock: Clock;
}

export interface ShardEvents extends DeploymentEvents {
  /** A connection came or went. */
  onChanged(): void;
  /** A slot that was subscribed to is on another master. */
  onMoved?(): void;
}
