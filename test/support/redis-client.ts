import pino from 'pino';
import type { RedisEngine } from '../../src/engine/redis/engine.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { Recorder } from '../contract/recorder.ts';
import { type RedisClientOptions, redisEngine } from './redis-backend.ts';
import { until } from './until.ts';

/** A started Redis engine, what it told and what it logged. */
export interface RedisClient {
  readonly engine: RedisEngine;
  readonly events: Recorder;
  readonly meters: Meters;
  /** Lines of JSON. */
  readonly logs: readonly string[];
}

/** Starts an engine; the caller stops it. It may not be ready yet. */
export function startRedisClient(options: RedisClientOptions): RedisClient {
  const logs: string[] = [];
  const meters = new Meters();
  const log = pino({ level: 'debug' }, { write: (line: string) => logs.push(line) });
  const engine = redisEngine({ meters, log, ...options });
  const events = new Recorder();
  engine.start(events);
  return { engine, events, meters, logs };
}

/** As `startRedisClient`, once it is ready. */
export async function openRedisClient(options: RedisClientOptions): Promise<RedisClient> {
  const client = startRedisClient(options);
  await ready(client);
  return client;
}

export async function ready(client: RedisClient): Promise<void> {
  await until(() => client.engine.health().ready, { message: 'the engine to be ready' });
}

/** How a call ended, and how long that took in milliseconds. */
export interface Outcome {
  readonly code: string;
  readonly ms: number;
}

/** `code` is `ok`, or that of the `CometError` with which the call failed. */
export async function outcome(call: Promise<unknown>): Promise<Outcome> {
  const start = performance.now();
  const code = await call.then(
    () => 'ok',
    (error: { code?: string }) => error.code ?? String(error),
  );
  return { code, ms: performance.now() - start };
}
