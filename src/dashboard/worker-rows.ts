import type { WorkerProcess } from '../cluster/worker-process.ts';
import { rate } from './change.ts';
import type { WorkerRow, WorkerStatus } from './wire.ts';

/** Without a pulse for so long a worker counts as silent. Milliseconds; a pulse is due each second. */
const SILENT_MS = 3000;

/** A row for each process, and for each port that has none. */
export function workerRows(ports: readonly number[], processes: readonly WorkerProcess[]): WorkerRow[] {
  return ports.flatMap((port, index) => {
    const worker = index + 1;
    const own = processes.filter((process) => process.worker === worker);
    return own.length === 0 ? [vacant(worker, port)] : own.map((process) => row(process, port)).reverse();
  });
}

function row(process: WorkerProcess, port: number): WorkerRow {
  const { pulses } = process;
  const { health } = process.state;
  return {
    ...vacant(process.worker, port),
    pid: process.pid ?? null,
    status: statusOf(process),
    reason: health.ready ? '' : health.reason,
    age: process.age / 1000,
    ...(pulses === null
      ? {}
      : {
          waiters: pulses.last.waiters,
          connections: pulses.last.connections,
          streams: pulses.last.streams,
          webSockets: pulses.last.webSockets,
          keysWatched: pulses.last.keysWatched,
          sets: rate(pulses, 'publishes'),
          deliveries: rate(pulses, 'deliveries'),
          lag: pulses.last.lag * 1000,
          cpu: rate(pulses, 'cpu'),
          memory: pulses.last.memory,
        }),
  };
}

function statusOf({ state, pulses }: WorkerProcess): WorkerStatus {
  if (state.phase === 'draining') return 'draining';
  if (pulses !== null && performance.now() - pulses.cameAt > SILENT_MS) return 'silent';
  if (state.phase !== 'listening') return 'starting';
  return state.health.ready ? 'serving' : 'unready';
}

function vacant(worker: number, port: number): WorkerRow {
  return {
    worker,
    port,
    pid: null,
    status: 'away',
    reason: 'it ended and is being replaced',
    waiters: 0,
    connections: 0,
    streams: 0,
    webSockets: 0,
    keysWatched: 0,
    sets: 0,
    deliveries: 0,
    lag: 0,
    cpu: 0,
    memory: 0,
    age: 0,
  };
}
