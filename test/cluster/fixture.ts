import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { Supervisor, type SupervisorOptions } from '../../src/cluster/supervisor.ts';
import { TIMINGS, type Timings } from '../../src/cluster/timings.ts';
import type { WorkerProcess } from '../../src/cluster/worker-process.ts';
import { get } from '../support/http-client.ts';
import { testConfig } from './config.ts';

/** So short that a test needn't be patient; what a busy machine could fail is longer than it is in earnest. */
const SHORT: Timings = {
  ...TIMINGS,
  vacancy: 20_000,
  patience: 200,
  ready: 10_000,
  backOff: 800,
  drainSlack: 1000,
  rebind: 50,
  metrics: 300,
};

export interface Fixture {
  readonly supervisor: Supervisor;
  /** Every process that was started, in order. */
  readonly forks: readonly WorkerProcess[];
  readonly logged: readonly Record<string, unknown>[];
}

/** A supervisor of fixture workers, not started. Who takes one kills it. */
export function fixture(options: Partial<SupervisorOptions> = {}, timings: Partial<Timings> = {}): Fixture {
  const forks: WorkerProcess[] = [];
  const logged: Record<string, unknown>[] = [];
  const supervisor = new Supervisor({
    script: fileURLToPath(new URL('./fixture-worker.mjs', import.meta.url)),
    config: testConfig(),
    log: pino({}, { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) }),
    connectEngine: null,
    forked: (worker) => forks.push(worker),
    timings: { ...SHORT, ...timings },
    ...options,
  });
  return { supervisor, forks, logged };
}

export interface FixtureAnswer {
  readonly pid: number;
  /** The `redisPrefix` that the worker was configured with. */
  readonly mode: string;
}

/** Which process answers a fresh connection to the port. Rejects if none does. */
export async function whoAnswers(port: number): Promise<FixtureAnswer> {
  return (await get(port, '/')).json<FixtureAnswer>();
}
