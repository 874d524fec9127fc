/** What a worker tells of itself with every answer to a ping: a few plain numbers, made without prom-client. */
import type { Histogram, Meters, RefusalReason } from './meters.ts';

/** Counters count from the start of the worker's process. Histograms are counts by bucket, not cumulated. */
export interface Pulse {
  /** Milliseconds of the worker's own clock, which never goes back. */
  readonly at: number;
  readonly waiters: number;
  readonly keysWatched: number;
  readonly connections: number;
  readonly streams: number;
  readonly webSockets: number;
  /** 1 while Redis is reached. */
  readonly redisUp: number;
  /** How late the event loop turned at worst since the last pulse, in seconds. */
  readonly lag: number;
  /** Seconds of CPU, in user and kernel mode. */
  readonly cpu: number;
  /** Resident memory in bytes. */
  readonly memory: number;
  /** Sets, deletes and pushes that the engine took. */
  readonly publishes: number;
  readonly deliveries: number;
  readonly redisReconnects: number;
  readonly probeFailures: number;
  readonly resyncs: number;
  readonly refused: Readonly<Record<RefusalReason, number>>;
  /** By `LATENCY_BOUNDS`. */
  readonly wake: readonly number[];
  /** Calls to Redis of every kind, by `LATENCY_BOUNDS`. */
  readonly redisCalls: readonly number[];
}

/** `lag` as in `Pulse`. */
export function takePulse(meters: Meters, lag: number): Pulse {
  const { user, system } = process.cpuUsage();
  return {
    at: performance.now(),
    waiters: meters.waiters,
    keysWatched: meters.keysWatched,
    connections: meters.connections,
    streams: meters.streams,
    webSockets: meters.webSockets,
    redisUp: meters.redisUp,
    lag,
    cpu: (user + system) / 1e6,
    memory: process.memoryUsage.rss(),
    publishes: meters.publishes.values.ok,
    deliveries: meters.deliveries,
    redisReconnects: meters.redisReconnects,
    probeFailures: meters.probeFailures,
    resyncs: meters.resyncs,
    refused: meters.refused.values,
    wake: meters.wake.counts,
    redisCalls: sum([...meters.redisCommands.values()]),
  };
}

function sum(histograms: readonly Histogram[]): number[] {
  const total: number[] = [];
  for (const { counts } of histograms) {
    for (const [bucket, count] of counts.entries()) total[bucket] = (total[bucket] ?? 0) + count;
  }
  return total;
}
