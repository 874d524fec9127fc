import type { WorkerProcess } from '../cluster/worker-process.ts';
import type { Health } from '../engine/engine.ts';
import { LATENCY_BOUNDS, REFUSAL_REASONS } from '../metrics/meters.ts';
import { counted, refusalRates, together } from './change.ts';
import { quantile } from './quantile.ts';
import type { Totals } from './totals.ts';
import type { Point, RefusalRow, Tick, WorkerRow } from './wire.ts';
import { workerRows } from './worker-rows.ts';

/** What is looked at each second: the supervisor, or whatever else knows the workers. */
export interface Machine {
  /** In the order of the workers. */
  readonly ports: readonly number[];
  /** Every process that has not ended. */
  readonly processes: readonly WorkerProcess[];
  readonly health: Health;
  /** Workers that ended without having been told to. */
  readonly restarts: number;
}

/** The machine as it is now. `ended` is what the workers counted that have ended. */
export function observe(machine: Machine, ended: Totals, engine: 'redis' | 'embedded'): Tick {
  const { ports, processes, health, restarts } = machine;
  const workers = workerRows(ports, processes);
  const totals = ended.with(processes);
  const refusals = refusalRows(processes, totals);
  const told = processes.flatMap(({ pulses }) => (pulses === null ? [] : [pulses]));
  const up = engine === 'embedded' ? null : told.length > 0 && told.every(({ last }) => last.redisUp === 1);
  return {
    point: point(workers, processes, refusals),
    ready: health.ready,
    reason: health.ready ? '' : health.reason,
    restarts,
    workers,
    refusals,
    redis: totals.redis(up),
  };
}

function point(
  workers: readonly WorkerRow[],
  processes: readonly WorkerProcess[],
  refusals: readonly RefusalRow[],
): Point {
  const pulses = processes.flatMap((process) => (process.pulses === null ? [] : [process.pulses]));
  const wake = together(pulses.map((each) => counted(each, 'wake')));
  const calls = together(pulses.map((each) => counted(each, 'redisCalls')));
  const sum = (field: 'waiters' | 'connections' | 'streams' | 'webSockets' | 'sets' | 'deliveries') =>
    workers.reduce((total, row) => total + row[field], 0);
  return {
    at: Date.now(),
    waiters: sum('waiters'),
    connections: sum('connections'),
    streams: sum('streams'),
    webSockets: sum('webSockets'),
    sets: rounded(sum('sets')),
    deliveries: rounded(sum('deliveries')),
    refusals: rounded(refusals.reduce((total, row) => total + row.rate, 0)),
    wakeP50: milliseconds(wake, 0.5),
    wakeP99: milliseconds(wake, 0.99),
    lag: rounded(Math.max(0, ...workers.map((row) => row.lag))),
    redisP50: milliseconds(calls, 0.5),
    redisP99: milliseconds(calls, 0.99),
  };
}

function refusalRows(processes: readonly WorkerProcess[], totals: Totals): RefusalRow[] {
  const rates = processes.flatMap(({ pulses }) => (pulses === null ? [] : [refusalRates(pulses)]));
  return REFUSAL_REASONS.map((reason) => ({
    reason,
    count: totals.refused.get(reason) ?? 0,
    rate: rounded(rates.reduce((sum, each) => sum + (each[reason] ?? 0), 0)),
  })).filter(({ count }) => count > 0);
}

function milliseconds(counts: readonly number[], q: number): number | null {
  const seconds = quantile(LATENCY_BOUNDS, counts, q);
  return seconds === null ? null : rounded(seconds * 1000);
}

/** To three digits behind the point: more would only be longer to send. */
function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}
