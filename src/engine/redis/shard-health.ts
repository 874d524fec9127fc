import type { Health } from '../engine.ts';
import type { Link } from './link.ts';
import type { Probe } from './probe.ts';
import { reasonOf } from './refusals.ts';

export interface ShardParts {
  readonly commands: Link;
  readonly subscriber: Link;
  /** `null` where no replicas are waited for. */
  readonly durable: Link | null;
  readonly probe: Probe;
}

/** Whether one Redis can be written to and what it tells gets here; else the first thing that is missing. */
export function shardHealth({ commands, subscriber, durable, probe }: ShardParts): Health {
  if (commands.connection === null) {
    return { ready: false, reason: `no connection to Redis: ${reasonOf(commands.refusal)}` };
  }
  if (subscriber.connection === null) {
    return { ready: false, reason: `no subscriber connection to Redis: ${reasonOf(subscriber.refusal)}` };
  }
  if (durable !== null && durable.connection === null) {
    return { ready: false, reason: `no connection to Redis for durable sets: ${reasonOf(durable.refusal)}` };
  }
  if (!probe.proven) return { ready: false, reason: 'no probe has come back through pub/sub lately' };
  return { ready: true };
}
