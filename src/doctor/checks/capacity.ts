import type { Facts } from '../facts.ts';
import { type Finding, fine, trouble } from '../finding.ts';

const MIB = 1024 ** 2;
/** What a process of the server takes before anybody waits; measured at 70 to 85. */
const PROCESS_BYTES = 85 * MIB;
/** A parked request in a worker and its socket in the kernel, generously. */
const WAITER_BYTES = 16 * 1024;

/** Whether there is a CPU for each worker. */
export function cpus({ config, machine }: Facts): Finding[] {
  const check = 'cpus';
  const { cpus: available, cpuLimit } = machine;
  if (config.workers > cpuLimit) {
    return [
      trouble('warn', check, {
        what: `${config.workers} workers share ${round(cpuLimit)} CPUs, which is all that the control group grants`,
        why: 'what goes beyond it stands still for the rest of every tenth of a second, and so do the wake-ups',
        mend: `workers ${Math.max(1, Math.floor(cpuLimit))} (0 finds that by itself), or a higher CPU limit`,
      }),
    ];
  }
  if (config.workers > available) {
    return [
      trouble('warn', check, {
        what: `${config.workers} workers share ${available} CPUs`,
        why: 'they take turns: wake-ups wait for the other worker',
        mend: `workers ${available} (0 finds that by itself)`,
      }),
    ];
  }
  return [fine(check, `${config.workers} workers on ${Math.min(available, cpuLimit)} CPUs`)];
}

/** Whether the memory holds as many waiters as the options allow. */
export function memory({ config, configured, machine }: Facts): Finding[] {
  const check = 'memory';
  const processes = (config.workers + 1) * PROCESS_BYTES + (config.redisUrl === '' ? config.embeddedMaxBytes : 0);
  const waiters = config.workers * config.maxWaiters;
  const needed = processes + waiters * WAITER_BYTES;
  const has = `${megabytes(machine.memory)} MB of memory`;
  if (needed <= machine.memory) return [fine(check, `${has} hold ${waiters} waiting requests`)];
  const room = Math.floor((machine.memory - processes) / WAITER_BYTES / config.workers);
  if (room < 1) {
    return [
      trouble('fail', check, {
        what: `${config.workers} workers${config.redisUrl === '' ? ' and embedded-max-bytes' : ''} take some ${megabytes(processes)} MB, and there are ${has}`,
        why: 'the kernel kills a process that asks for more: every client of that worker is cut',
        mend:
          config.redisUrl === ''
            ? 'less workers, less embedded-max-bytes, or more memory'
            : 'less workers, or more memory',
      }),
    ];
  }
  return [
    trouble(configured.maxWaiters === 0 ? 'info' : 'warn', check, {
      what: `${waiters} waiting requests would take some ${megabytes(needed)} MB, and there are ${has}`,
      why: 'the kernel kills a process that asks for more: every client of that worker is cut, where a bound would turn away the last ones',
      mend: `max-waiters ${room}, or more memory`,
    }),
  ];
}

function megabytes(bytes: number): number {
  return Math.round(bytes / MIB);
}

function round(cpus: number): number {
  return Math.round(cpus * 100) / 100;
}
