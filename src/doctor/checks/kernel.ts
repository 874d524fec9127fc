import type { Facts } from '../facts.ts';
import { type Finding, fine, type Severity, type Trouble, trouble } from '../finding.ts';

const MEND = 'comet sysctl prints what fits: put it into /etc/sysctl.d/60-comet.conf and run "sysctl --system"';
/** What a range of ports is by default: 32768 to 60999. */
const USUAL_PORTS = 28_232;

/** Whether the kernel lets as many connections wait as `backlog` says. */
export function backlog({ config, machine }: Facts): Finding[] {
  const somaxconn = number(machine.kernel, 'net.core.somaxconn');
  if (somaxconn === null) return [];
  if (somaxconn >= config.backlog) return [fine('backlog', `${config.backlog} connections may wait to be accepted`)];
  return [
    trouble('warn', 'backlog', {
      what: `backlog is ${config.backlog}, but the kernel cuts it to ${somaxconn} (net.core.somaxconn)`,
      why: 'when thousands of clients come at once, those beyond it are dropped and try again only after a second or more',
      mend: MEND,
    }),
  ];
}

/** Whether handshakes of a burst find a place, and how the kernel behaves when they don't. */
export function synCookies({ config, machine }: Facts): Finding[] {
  const cookies = number(machine.kernel, 'net.ipv4.tcp_syncookies');
  const waiting = number(machine.kernel, 'net.ipv4.tcp_max_syn_backlog');
  if (cookies === null) return [];
  if (cookies === 0) {
    return [
      trouble('warn', 'syn-cookies', {
        what: 'SYN cookies are off (net.ipv4.tcp_syncookies = 0)',
        why: 'some old tuning guides say so; a burst or a flood of half-open connections then locks clients out, where with cookies the kernel goes on without a queue',
        mend: 'net.ipv4.tcp_syncookies = 1: they are used only when the queue is full',
      }),
    ];
  }
  if (cookies === 2) {
    return [
      trouble('warn', 'syn-cookies', {
        what: 'SYN cookies are always used (net.ipv4.tcp_syncookies = 2)',
        why: 'meant for tests: every connection loses what the handshake would have agreed on',
        mend: 'net.ipv4.tcp_syncookies = 1',
      }),
    ];
  }
  if (waiting !== null && waiting < config.backlog) {
    return [
      trouble('info', 'syn-cookies', {
        what: `${waiting} handshakes may be under way (net.ipv4.tcp_max_syn_backlog), ${config.backlog} connections may wait`,
        why: 'in a burst the kernel falls back to SYN cookies earlier than it has to',
        mend: MEND,
      }),
    ];
  }
  return [fine('syn-cookies', 'SYN cookies stand by for floods')];
}

/** Whether ports of ours may be given to outgoing connections, and how many there are for those of nginx. */
export function portRange({ config, configured, machine }: Facts): Finding[] {
  const check = 'port-range';
  const [low, high] = (machine.kernel['net.ipv4.ip_local_port_range'] ?? '').split(/\s+/).map(Number);
  if (low === undefined || high === undefined) return [];
  const ours = [...(config.port === 0 ? [] : range(config.port, config.workers)), config.adminPort];
  const reserved = reservedPorts(machine.kernel['net.ipv4.ip_local_reserved_ports'] ?? '');
  const exposed = ours.filter((port) => port >= low && port <= high && !reserved(port));
  const findings: Finding[] = [];
  if (exposed.length > 0) {
    findings.push(
      trouble('warn', check, {
        what: `the kernel gives ${low} to ${high} to outgoing connections, and ${exposed.join(', ')} ${exposed.length === 1 ? 'is' : 'are'} in it`,
        why: 'one day a connection of another program holds that port, and the server does not start',
        mend: `net.ipv4.ip_local_reserved_ports = ${exposed.join(',')}, or a port outside`,
      }),
    );
  }
  const ports = high - low + 1;
  const wanted = configured.maxWaiters > 0 ? configured.maxWaiters : Math.min(config.maxWaiters, USUAL_PORTS);
  if (ports < wanted) {
    findings.push(
      trouble('warn', check, {
        what: `a proxy can hold ${ports} connections to one worker (ip_local_port_range), a worker ${wanted} waiting requests`,
        why: 'a connection from one address to one port needs a local port of its own; beyond that nginx answers 503',
        mend: `net.ipv4.ip_local_port_range = 10000 65000, or more workers`,
      }),
    );
  }
  if (findings.length > 0) return findings;
  return [fine(check, `a proxy can hold ${ports} connections to each worker`)];
}

/** Settings by which well-meant advice of other times does harm. */
export function harmfulAdvice({ machine }: Facts): Finding[] {
  const check = 'kernel-advice';
  const found = ADVICE.flatMap(([name, isHarmful, severity, text]) => {
    const value = number(machine.kernel, name);
    if (value === null || !isHarmful(value)) return [];
    return [trouble(severity, check, { what: `${name} = ${value}`, ...text })];
  });
  return found.length > 0 ? found : [fine(check, 'no kernel setting does harm here')];
}

/** How full the table of the connection tracker is: what does not fit is dropped without a word. */
export function connectionTracking({ config, configured, machine }: Facts): Finding[] {
  const check = 'connection-tracking';
  const most = number(machine.kernel, 'net.netfilter.nf_conntrack_max');
  const used = number(machine.kernel, 'net.netfilter.nf_conntrack_count') ?? 0;
  if (most === null) return [];
  // A client of nginx on this machine is two connections.
  const needed = 2 * config.workers * configured.maxWaiters;
  if (used <= 0.7 * most && needed <= most) return [fine(check, `${used} of ${most} connections are tracked`)];
  return [
    trouble('warn', check, {
      what: `the firewall tracks ${used} connections and has room for ${most}${needed > most ? `; max-waiters allows ${needed}` : ''}`,
      why: 'when the table is full, new connections are dropped: clients see time-outs, and only the kernel log says why',
      mend: `net.netfilter.nf_conntrack_max = ${Math.max(262_144, 2 * needed, 2 * most)}, or "notrack" rules for the ports of the workers`,
    }),
  ];
}

const ADVICE: readonly (readonly [
  string,
  (value: number) => boolean,
  Exclude<Severity, 'ok'>,
  Omit<Trouble, 'what'>,
])[] = [
  [
    'net.ipv4.tcp_tw_recycle',
    (value) => value === 1,
    'fail',
    {
      why: 'clients behind the same address translation are turned away at random; kernels since 4.12 do not even have it',
      mend: 'net.ipv4.tcp_tw_recycle = 0',
    },
  ],
  [
    'net.ipv4.tcp_abort_on_overflow',
    (value) => value === 1,
    'warn',
    {
      why: 'a burst that fills the backlog is answered with resets, where clients would just have tried again',
      mend: 'net.ipv4.tcp_abort_on_overflow = 0',
    },
  ],
  [
    'net.ipv4.tcp_timestamps',
    (value) => value === 0,
    'warn',
    {
      why: 'without them no port can be used again early (tcp_tw_reuse), and round trips are measured badly',
      mend: 'net.ipv4.tcp_timestamps = 1',
    },
  ],
  [
    'net.ipv4.tcp_max_tw_buckets',
    (value) => value < 16_384,
    'warn',
    {
      why: 'closed connections are forgotten too early, and late packets of one end up in the next',
      mend: 'remove net.ipv4.tcp_max_tw_buckets from your sysctl files: the default fits the memory of the machine',
    },
  ],
  [
    'net.ipv4.tcp_keepalive_time',
    (value) => value < 30,
    'warn',
    {
      why: 'each parked client is woken that often for nothing: traffic, and the batteries of phones',
      mend: 'net.ipv4.tcp_keepalive_time = 240',
    },
  ],
];

function number(kernel: Readonly<Record<string, string>>, name: string): number | null {
  const text = kernel[name];
  return text === undefined || text === '' ? null : Number(text);
}

function range(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

/** Whether a port is in a list such as `8880,8885-8888`. */
function reservedPorts(text: string): (port: number) => boolean {
  const ranges = text.split(',').flatMap((part) => {
    const [low, high = low] = part.trim().split('-').map(Number);
    return low === undefined || part.trim() === '' ? [] : [[low, high ?? low] as const];
  });
  return (port) => ranges.some(([low, high]) => port >= low && port <= high);
}
