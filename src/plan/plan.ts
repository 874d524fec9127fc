import type { Costs } from './costs.ts';
import { type Demand, demandOf } from './demand.ts';
import type { Load, Machine } from './load.ts';

/** What could be the first to run out on a machine. */
export type Limit = 'cpu' | 'memory' | 'files';

export interface Plan {
  readonly load: Load;
  readonly machine: Machine;
  readonly costs: Costs;
  /** Machines that carry the load, without spare ones. */
  readonly machines: number;
  readonly workers: number;
  readonly demand: Demand;
  /** Machines that each limit asks for, not rounded up: below 1 it is the part that is used of what one may use. */
  readonly machinesFor: Readonly<Record<Limit, number>>;
  /** The one that asks for the most, also among those that one machine is enough for. */
  readonly firstLimit: Limit;
  readonly redisInstances: number;
  /** Of one machine with its share of the waiters. */
  readonly machineBytes: number;
  /** Addresses that nginx must connect from, so that its connections find ports. */
  readonly proxyAddresses: number;
}

/** Files of a worker that are not its waiters': what `max-waiters` leaves of the limit. */
const SPARE_FILES = 200;

/** Socket and TCP buffers of an idle connection in the kernel; Centrifugo publishes about 4 KB for its own. */
const KERNEL_BYTES = 4096;

/** Linux' default net.ipv4.ip_local_port_range: connections from one address to one port of one worker. */
const PORTS = 28_232;

const LIMITS = ['cpu', 'memory', 'files'] as const;

/**
 * The least number of machines whose cores, memory and files are enough. More machines hear more notices, so what each
 * number asks for is worked out anew until it asks for no more. Null when no number is enough: each machine that is
 * added brings more to do than it can.
 */
export function planFor(load: Load, machine: Machine, costs: Costs): Plan | null {
  let machines = 1;
  // What is asked for only grows with the machines, and is bounded by one notice to a worker for each waiter.
  for (;;) {
    const demand = demandOf(load, machines * machine.cores, costs);
    const machinesFor = machinesForEach(load, machine, costs, demand);
    const needed = Math.ceil(Math.max(...Object.values(machinesFor)));
    if (!Number.isSafeInteger(needed)) return null;
    if (needed <= machines) return completed(load, machine, costs, machines, demand, machinesFor);
    machines = needed;
  }
}

function machinesForEach(load: Load, machine: Machine, costs: Costs, demand: Demand): Record<Limit, number> {
  const { cores, memoryBytes, files, share } = machine;
  const forWaiters = memoryBytes * share - processBytes(machine, costs);
  const waiterBytes = costs.waiterBytes + KERNEL_BYTES;
  return {
    cpu: demand.workerCores / (cores * share),
    memory: forWaiters > 0 ? (load.waiters * waiterBytes) / forWaiters : Number.POSITIVE_INFINITY,
    files: files > SPARE_FILES ? load.waiters / (cores * (files - SPARE_FILES)) : Number.POSITIVE_INFINITY,
  };
}

function completed(
  load: Load,
  machine: Machine,
  costs: Costs,
  machines: number,
  demand: Demand,
  machinesFor: Record<Limit, number>,
): Plan {
  const workers = machines * machine.cores;
  return {
    load,
    machine,
    costs,
    machines,
    workers,
    demand,
    machinesFor,
    firstLimit: LIMITS.reduce((first, limit) => (machinesFor[limit] > machinesFor[first] ? limit : first)),
    redisInstances: Math.max(1, Math.ceil(demand.redisCores / machine.share)),
    machineBytes: processBytes(machine, costs) + (load.waiters / machines) * (costs.waiterBytes + KERNEL_BYTES),
    proxyAddresses: Math.max(1, Math.ceil(load.waiters / workers / PORTS)),
  };
}

/** Seconds for which all cores of `left` machines are busy, when `clients` who lost theirs connect and poll again. */
export function takeoverSeconds({ machine, costs }: Plan, clients: number, left: number): number {
  return (clients * costs.connectionUs) / 1e6 / (left * machine.cores);
}

/** The workers and the primary. */
function processBytes({ cores }: Machine, costs: Costs): number {
  return (cores + 1) * costs.processBytes;
}
