import { type Machine, timeouts } from './load.ts';
import { type Limit, type Plan, takeoverSeconds } from './plan.ts';

const LIMIT_NAMES: Readonly<Record<Limit, string>> = {
  cpu: 'CPU of the workers',
  memory: 'memory',
  files: 'open files of a worker',
};

/** Request and answer of a long poll on the wire beside the value: header fields, cursor, TCP and IP. An estimate. */
const WIRE_BYTES = 1_100;

/** For people. `spare` machines are added to those that carry the load. */
export function renderPlan(plan: Plan, spare: number): string {
  const { load, machine, machines, workers, demand, firstLimit } = plan;
  const deliveries = load.sets * load.fanout;
  const answers = deliveries + timeouts(load);
  const rows: [string, string][] = [
    ['waiters', `${whole(load.waiters)} on ${whole(load.waiters / load.fanout)} keys`],
    ['sets a second', whole(load.sets)],
    ['deliveries a second', whole(deliveries)],
    ['time-outs a second', whole(timeouts(load))],
    ['', ''],
    ['a machine', assumed(machine)],
    ['machines', `${whole(machines)} carry it; ${whole(machines + spare)} with ${whole(spare)} to spare`],
    ['first limit', `${LIMIT_NAMES[firstLimit]} (${limits(plan)})`],
    ['workers', `${whole(workers)}, ${whole(machine.cores)} a machine`],
    ['waiters a worker', whole(load.waiters / workers)],
    ['CPU of the workers', `${decimal(demand.workerCores)} cores; ${decimal(demand.workerCores / machines)} a machine`],
    ['memory of a machine', gigabytes(plan.machineBytes)],
    ['network of a machine', `${decimal((answers * (load.valueBytes + WIRE_BYTES) * 8) / machines / 1e9)} Gbit/s`],
    ['when one is lost', takeover(plan, spare)],
    ['', ''],
    ['Redis', redis(plan)],
    ['memory of Redis', `${gigabytes(demand.redisBytes)} in all`],
    ['', ''],
    [
      'nginx',
      `two connections a waiter, from ${addresses(plan.proxyAddresses)} to each worker; its CPU is not counted here`,
    ],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, value]) => (name === '' ? '' : `${name.padEnd(width)}  ${value}`));
  return `${lines.join('\n')}\n\nFrom costs measured on ${plan.costs.source}; docs/scaling.md says how far to trust them.\n`;
}

/** For programs. */
export function planJson(plan: Plan, spare: number): string {
  return `${JSON.stringify({ ...plan, timeouts: timeouts(plan.load), spare }, null, 2)}\n`;
}

/** What every figure below rests on, with the options that change it. */
function assumed({ cores, memoryBytes, files, share }: Machine): string {
  const has = `${whole(cores)} ${cores === 1 ? 'core' : 'cores'}, ${gigabytes(memoryBytes)}, ${whole(files)} files a worker`;
  return `${has}; ${whole(share * 100)} % of CPU and memory for the load (--cores, --memory, --files, --share)`;
}

/** How near each limit is: of one machine what is used, of several how many each asks for. */
function limits({ machines, machinesFor: { cpu, memory, files } }: Plan): string {
  if (machines === 1) {
    const part = (used: number): string => `${decimal(used * 100)} %`;
    return `cpu ${part(cpu)}, memory ${part(memory)}, files ${part(files)} of what they may take`;
  }
  return `cpu asks for ${decimal(cpu)} machines, memory ${decimal(memory)}, files ${decimal(files)}`;
}

function redis({ redisInstances, demand }: Plan): string {
  const one = 'one instance and a replica (Sentinel)';
  const several = `a Cluster of ${whole(redisInstances)} masters, each with a replica`;
  return `${redisInstances === 1 ? one : several}; ${decimal(demand.redisCores)} cores of commands`;
}

function takeover(plan: Plan, spare: number): string {
  const left = plan.machines + spare - 1;
  const clients = plan.load.waiters / (left + 1);
  if (left === 0) return `all ${whole(clients)} clients wait until it is back`;
  return `its ${whole(clients)} clients keep all cores of the others busy for ${decimal(takeoverSeconds(plan, clients, left))} s`;
}

function addresses(count: number): string {
  return count === 1 ? 'one address' : `${whole(count)} addresses (or more ports with ip_local_port_range)`;
}

function whole(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 0 });
}

function decimal(value: number): string {
  return value.toLocaleString('en', { maximumSignificantDigits: value >= 100 ? 3 : 2 });
}

function gigabytes(bytes: number): string {
  return `${decimal(bytes / 1e9)} GB`;
}
