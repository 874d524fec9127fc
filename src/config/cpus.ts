import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';

/** CPUs that a control group and each group around it allow, decimals included; infinite without a limit. */
export type CpuLimit = number;

/**
 * How many workers keep this process's CPUs busy: the CPUs that it may run on, or fewer where its control group has a
 * limit. 1.5 CPUs are one: two workers would take turns at being stopped by the kernel. At least 1.
 */
export function countCpus(available = availableParallelism(), limit = cpuLimit('/')): number {
  return Math.max(1, Math.min(available, Math.floor(limit)));
}

/** Reads the control groups, version 1 or 2, below this root directory (`/`, but in tests). */
export function cpuLimit(root: string): CpuLimit {
  const groups = read(join(root, 'proc/self/cgroup'))?.split('\n') ?? [];
  const limits = groups.flatMap((line) => {
    // hierarchy-ID:controllers:path; version 2 names no controllers.
    const [, controllers = '', path] = /^\d+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined) return [];
    if (controllers === '') return mounts(root, ['', 'unified']).flatMap((mount) => limitsOf(mount, path, version2));
    if (!controllers.split(',').includes('cpu')) return [];
    return mounts(root, [controllers, 'cpu']).flatMap((mount) => limitsOf(mount, path, version1));
  });
  return Math.min(Number.POSITIVE_INFINITY, ...limits);
}

function mounts(root: string, names: readonly string[]): string[] {
  return names.map((name) => join(root, 'sys/fs/cgroup', name));
}

/** The limits of a group and of all those around it: the least of them counts. */
function limitsOf(mount: string, path: string, limit: (directory: string) => CpuLimit): CpuLimit[] {
  const here = limit(join(mount, path));
  return path === '/' ? [here] : [here, ...limitsOf(mount, dirname(path), limit)];
}

/** `cpu.max` is `<quota> <period>`, both in microseconds, or `max <period>`. */
function version2(directory: string): CpuLimit {
  const [quota, period] = (read(join(directory, 'cpu.max')) ?? '').trim().split(' ');
  return ratio(quota, period);
}

/** Two files; a quota of -1 is none. */
function version1(directory: string): CpuLimit {
  return ratio(read(join(directory, 'cpu.cfs_quota_us')), read(join(directory, 'cpu.cfs_period_us')));
}

function ratio(quota: string | null | undefined, period: string | null | undefined): CpuLimit {
  const cpus = Number(quota ?? Number.NaN) / Number(period ?? Number.NaN);
  return cpus > 0 ? cpus : Number.POSITIVE_INFINITY;
}

/** `null` where there is no such file: another kind of system, or a group outside the container. */
function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
