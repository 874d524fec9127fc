import { countCpus } from './cpus.ts';
import { openFileLimit } from './open-files.ts';
import type { Config } from './options.ts';

/** What the machine allows this process. Read once at the start, so that a reload doesn't see another one. */
export interface Machine {
  readonly cpus: number;
  readonly openFiles: number;
}

/** Files of a worker that are no connections of clients: its listening socket, Redis, logs. */
const OWN_FILES = 100;
/** Those, and connections that wait for nothing: they come and go, and are refused when all waiters are there. */
const OTHER_FILES = 200;
const MOST = 10_000_000;

export function readMachine(): Machine {
  return { cpus: countCpus(), openFiles: openFileLimit() };
}

/** The configuration with real numbers where 0 leaves them to the machine: `workers`, `max-connections`, `max-waiters`. */
export function resolveMachine(config: Config, machine: Machine): Config {
  const lessThanFiles = (others: number) => Math.max(1, Math.min(MOST, machine.openFiles - others));
  return {
    ...config,
    workers: config.workers === 0 ? machine.cpus : config.workers,
    maxConnections: config.maxConnections === 0 ? lessThanFiles(OWN_FILES) : config.maxConnections,
    maxWaiters: config.maxWaiters === 0 ? lessThanFiles(OTHER_FILES) : config.maxWaiters,
  };
}
