import type { Health } from '../engine.ts';
import type { Link } from './link.ts';
import type { Probe } from './probe.ts';
import { reasonOf } from './refusals.ts';

/** Whether one Redis can be written to and what it tells gets here; else the first thing that is missing. */
export function shardHealth(commands: Link, subscriber: Link, probe: Probe): Health {
  if (commands.connection === null) {
    return { ready: false, reason: `no connection to Redis: ${reasonOf(commands.refusal)}` };
  }
  if (subscriber.connection === null) {
    return { ready: false, reason: `no subscriber connection to Redis: ${reasonOf(subscriber.refusal)}` };
  }
  if (!probe.proven) return { ready: false, reason: 'no probe has come back through pub/sub lately' };
  return { ready: true };
}
