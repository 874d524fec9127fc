import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';

/** Binds each worker to one of the CPUs that this process may use. Where that can't be done, a warning is all. */
export class CpuPinning {
  readonly #log: Logger;
  readonly #cpus: readonly number[];

  constructor(log: Logger, cpus = allowedCpus()) {
    this.#log = log;
    this.#cpus = cpus;
    if (cpus.length === 0) log.warn('pin-cpus has no effect: this system does not tell which CPUs may be used');
  }

  /** `worker` is its number, 1 for the first: more workers than CPUs share them in turns. */
  pin(worker: number, pid: number): void {
    const cpu = this.#cpus[(worker - 1) % this.#cpus.length];
    if (cpu === undefined) return;
    execFile('taskset', ['-pc', String(cpu), String(pid)], (error) => {
      if (error === null) this.#log.debug({ worker, workerPid: pid, cpu }, 'worker pinned');
      else this.#log.warn({ worker, workerPid: pid, cpu, err: error }, 'worker could not be pinned with taskset');
    });
  }
}

/** The CPUs that this process may run on; empty where the system doesn't tell. */
export function allowedCpus(statusFile = '/proc/self/status'): readonly number[] {
  let status: string;
  try {
    status = readFileSync(statusFile, 'utf8');
  } catch {
    // Not Linux.
    return [];
  }
  return parseCpuList(/^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1] ?? '');
}

/** The kernel's notation: `0-2,8` is 0, 1, 2, 8. */
function parseCpuList(text: string): readonly number[] {
  return text
    .split(',')
    .filter((range) => range !== '')
    .flatMap((range) => {
      const [first = 0, last = first] = range.split('-').map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}
