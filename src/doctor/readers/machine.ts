import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { join } from 'node:path';
import { cpuLimit } from '../../config/cpus.ts';
import { openFileLimit } from '../../config/open-files.ts';
import type { MachineFacts } from '../facts.ts';

/** The kernel settings that the checks look at. */
const KERNEL = [
  'fs.file-max',
  'fs.nr_open',
  'net.core.somaxconn',
  'net.ipv4.ip_local_port_range',
  'net.ipv4.ip_local_reserved_ports',
  'net.ipv4.tcp_abort_on_overflow',
  'net.ipv4.tcp_keepalive_time',
  'net.ipv4.tcp_max_syn_backlog',
  'net.ipv4.tcp_max_tw_buckets',
  'net.ipv4.tcp_syncookies',
  'net.ipv4.tcp_timestamps',
  'net.ipv4.tcp_tw_recycle',
  'net.netfilter.nf_conntrack_count',
  'net.netfilter.nf_conntrack_max',
  'vm.overcommit_memory',
] as const;

/** What this machine allows. With the process of a running server, its limits and not those of this shell. */
export function readMachineFacts(server: number | null, root = '/'): MachineFacts {
  const theirs = server === null ? null : limitOf(join(root, `proc/${server}/limits`));
  const constrained = process.constrainedMemory();
  return {
    openFiles: theirs ?? openFileLimit(root),
    openFilesOf: theirs === null ? null : server,
    cpus: availableParallelism(),
    cpuLimit: cpuLimit(root),
    memory: constrained > 0 ? Math.min(constrained, totalmem()) : totalmem(),
    kernel: Object.fromEntries(
      KERNEL.flatMap((name) => {
        const text = read(join(root, 'proc/sys', name.replaceAll('.', '/')));
        return text === null ? [] : [[name, text.trim().replace(/\s+/g, ' ')]];
      }),
    ),
  };
}

function limitOf(path: string): number | null {
  const limit = /^Max open files +(\S+)/m.exec(read(path) ?? '')?.[1];
  if (limit === undefined) return null;
  return limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
}

/** `null` where there is no such file, or none that we may read. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
