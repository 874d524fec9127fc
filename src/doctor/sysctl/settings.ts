import { isLoopback } from '../../config/loopback.ts';
import type { Config } from '../../config/options.ts';
import { parseRedisUrl } from '../../config/redis-url.ts';

/** One line of a sysctl file. */
export interface KernelSetting {
  readonly name: string;
  readonly value: string;
  /** Why, a sentence or two. */
  readonly why: string;
}

/** The default of Linux since 5.4. */
const SOMAXCONN = 4096;
const NR_OPEN = 1_048_576;
const OTHER_FILES = 200;
const FIRST_PORT = 10_000;
const LAST_PORT = 65_000;

/** The kernel settings that fit a configuration; `config.maxWaiters` as it was written, 0 for the machine's own. */
export function kernelSettings(config: Config): readonly KernelSetting[] {
  return [
    ...bursts(config),
    ...floods(config),
    ...localPorts(config),
    ...idleConnections(),
    ...files(config),
    ...forRedis(config),
  ];
}

function bursts({ backlog }: Config): KernelSetting[] {
  return [
    {
      name: 'net.core.somaxconn',
      value: String(Math.max(SOMAXCONN, backlog)),
      why: `backlog (${backlog}) is how many connections wait for a worker that is not ready to accept them; the kernel cuts it to this.`,
    },
    {
      name: 'net.core.netdev_max_backlog',
      value: '16384',
      why: 'Packets that wait for a CPU. One set wakes thousands of clients at once, and what goes through loopback (nginx, Redis) waits here too; beyond it packets are dropped and sent again 200 ms later.',
    },
  ];
}

function floods({ backlog }: Config): KernelSetting[] {
  return [
    {
      name: 'net.ipv4.tcp_max_syn_backlog',
      value: String(Math.max(SOMAXCONN, backlog)),
      why: 'Handshakes under way on one socket, as many as may wait when they are done.',
    },
    {
      name: 'net.ipv4.tcp_syncookies',
      value: '1',
      why: 'On, against much old advice: cookies are only used when the queue above is full, and without them a flood of half-open connections locks everybody out.',
    },
  ];
}

function localPorts({ port, adminPort, workers }: Config): KernelSetting[] {
  const last = port + workers - 1;
  const inRange = (from: number, to: number) => to >= FIRST_PORT && from <= LAST_PORT;
  const ours = [
    ...(port !== 0 && inRange(port, last) ? [workers === 1 ? `${port}` : `${port}-${last}`] : []),
    ...(adminPort !== 0 && inRange(adminPort, adminPort) ? [`${adminPort}`] : []),
  ];
  const range = {
    name: 'net.ipv4.ip_local_port_range',
    value: `${FIRST_PORT} ${LAST_PORT}`,
    why: `A proxy needs a local port for each connection to one worker: ${LAST_PORT - FIRST_PORT + 1} instead of 28,232. For IPv6 too. Servers of other programs in this range (ss -ltn) belong into net.ipv4.ip_local_reserved_ports.`,
  };
  if (ours.length === 0) return [range];
  return [
    range,
    {
      name: 'net.ipv4.ip_local_reserved_ports',
      value: ours.join(','),
      why: 'Our own ports are in that range: no outgoing connection may take one. Add those that you have reserved already: this line replaces them.',
    },
  ];
}

function idleConnections(): KernelSetting[] {
  return [
    {
      name: 'net.ipv4.tcp_keepalive_time',
      value: '240',
      why: 'Seconds after which nginx (so_keepalive) asks a silent client whether it is still there. Below the five minutes after which routers forget connections; not the few seconds of some guides, which wake the radio of every phone.',
    },
    { name: 'net.ipv4.tcp_keepalive_intvl', value: '30', why: 'Then every 30 s …' },
    {
      name: 'net.ipv4.tcp_keepalive_probes',
      value: '4',
      why: '… and after four times without an answer the client is gone: six minutes in all, where the default takes more than two hours.',
    },
    {
      name: 'net.ipv4.tcp_slow_start_after_idle',
      value: '0',
      why: 'A parked connection is idle by nature. By default the kernel forgets meanwhile how fast it is, and a large value takes some round trips more.',
    },
  ];
}

function files({ maxWaiters }: Config): KernelSetting[] {
  const needed = maxWaiters + OTHER_FILES;
  if (needed <= NR_OPEN) return [];
  return [
    {
      name: 'fs.nr_open',
      value: String(2 ** Math.ceil(Math.log2(needed))),
      why: `max-waiters (${maxWaiters}) needs more open files a process than the kernel allows by default; LimitNOFILE= must be raised as well.`,
    },
  ];
}

function forRedis({ redisUrl }: Config): KernelSetting[] {
  const url = parseRedisUrl(redisUrl);
  const isHere = url.ok && url.target.addresses.some((address) => 'path' in address || isLoopback(address.host));
  if (!isHere) return [];
  return [
    {
      name: 'vm.overcommit_memory',
      value: '1',
      why: 'Redis runs on this machine. It forks to save its data, and with the default the kernel refuses that once Redis has half of the memory; Redis then refuses writes.',
    },
  ];
}
