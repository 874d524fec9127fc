import { countCpus } from './cpus.ts';
import { openFileLimit } from './open-files.ts';
import type { Config } from './options.ts';

/** What the machine allows this process. Read once at the start, so that a reload doesn't see another one. */
export interface Machine {
  readonly cpus: number;
  readonly openFiles: number;
}

/** Files of a worker that are not waiters: its listening socket, Redis, logs, connections that come and go. */
const OTHER_FILES = 200;
const MOST_WAITERS = 10_000_000;

export function readMachine(): Machine {
  return { cpus: countCpus(), openFiles: openFileLimit() };
}

/** The configuration with real numbers where 0 leaves them to the machine: `workers` and `max-waiters`. */
export function resolveMachine(config: Config, machine: Machine): Config {
  const waiters = Math.max(1, Math.min(MOST_WAITERS, machine.openFiles - OTHER_FILES));
  return {
    ...config,
    workers: config.workers === 0 ? machine.cpus : config.workers,
    maxWaiters: config.maxWaiters === 0 ? waiters : config.maxWaiters,
  };
}
