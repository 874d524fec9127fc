import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { countCpus, cpuLimit } from '../../src/config/cpus.ts';
import { readMachine, resolveMachine } from '../../src/config/machine.ts';
import { openFileLimit } from '../../src/config/open-files.ts';
import { type Config, fieldOf, OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'comet-machine-'));
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

/** Lays a machine's files below the root. */
function lay(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

describe('CPU limit', () => {
  it('is none where there are no control groups', () => {
    expect(cpuLimit(root)).toBe(Number.POSITIVE_INFINITY);
  });

  it('of version 2 is quota by period', () => {
    lay({ 'proc/self/cgroup': '0::/app\n', 'sys/fs/cgroup/app/cpu.max': '250000 100000\n' });
    expect(cpuLimit(root)).toBe(2.5);
  });

  it('of version 2 may be max', () => {
    lay({ 'proc/self/cgroup': '0::/app\n', 'sys/fs/cgroup/app/cpu.max': 'max 100000\n' });
    expect(cpuLimit(root)).toBe(Number.POSITIVE_INFINITY);
  });

  it('is the least of the groups around it', () => {
    lay({
      'proc/self/cgroup': '0::/system.slice/comet.service\n',
      'sys/fs/cgroup/system.slice/comet.service/cpu.max': 'max 100000\n',
      'sys/fs/cgroup/system.slice/cpu.max': '300000 100000\n',
      'sys/fs/cgroup/cpu.max': '400000 100000\n',
    });
    expect(cpuLimit(root)).toBe(3);
  });

  it('is found in a container that sees its own group as the root', () => {
    lay({ 'proc/self/cgroup': '0::/\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n' });
    expect(cpuLimit(root)).toBe(2);
  });

  it('is found in a container that sees the path of its host', () => {
    lay({ 'proc/self/cgroup': '0::/kubepods/pod1/abc\n', 'sys/fs/cgroup/cpu.max': '200000 100000\n' });
    expect(cpuLimit(root)).toBe(2);
  });

  it.each(['cpu,cpuacct', 'cpu'])('of version 1 under %s is quota by period', (mount) => {
    lay({
      'proc/self/cgroup': '12:memory:/docker/1\n4:cpu,cpuacct:/docker/1\n0::/docker/1\n',
      [`sys/fs/cgroup/${mount}/docker/1/cpu.cfs_quota_us`]: '150000\n',
      [`sys/fs/cgroup/${mount}/docker/1/cpu.cfs_period_us`]: '100000\n',
    });
    expect(cpuLimit(root)).toBe(1.5);
  });

  it('of version 1 may be none', () => {
    lay({
      'proc/self/cgroup': '4:cpu,cpuacct:/\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us': '-1\n',
      'sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us': '100000\n',
    });
    expect(cpuLimit(root)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('number of CPUs', () => {
  it.each([
    [8, Number.POSITIVE_INFINITY, 8],
    [8, 2.5, 2],
    [8, 0.5, 1],
    [2, 16, 2],
    [1, 1, 1],
  ])('%d with a limit of %d are %d workers', (available, limit, workers) => {
    expect(countCpus(available, limit)).toBe(workers);
  });
});

describe('open-file limit', () => {
  const limits = (soft: string) =>
    `Limit                     Soft Limit           Hard Limit           Units     \nMax processes             31000                31000                processes \nMax open files            ${soft.padEnd(20)} 1048576              files     \n`;

  it.each([
    ['20000', 20_000],
    ['unlimited', Number.POSITIVE_INFINITY],
  ])('is what the system says: %s', (soft, limit) => {
    lay({ 'proc/self/limits': limits(soft) });
    expect(openFileLimit(root)).toBe(limit);
  });

  it('is a careful number where the system says nothing', () => {
    expect(openFileLimit(root)).toBe(10_240);
  });
});

describe('this machine', () => {
  const defaults = Object.fromEntries(
    OPTION_NAMES.map((name) => [fieldOf(name), OPTIONS[name].fallback]),
  ) as unknown as Config;

  it('has a CPU and some files', () => {
    const machine = readMachine();
    expect(machine.cpus).toBeGreaterThanOrEqual(1);
    expect(machine.openFiles).toBeGreaterThan(0);
  });

  it.each([
    [20_000, 19_800, 19_900],
    [Number.POSITIVE_INFINITY, 10_000_000, 10_000_000],
    [100, 1, 1],
  ])('with %d files holds %d waiters on %d connections', (openFiles, maxWaiters, maxConnections) => {
    const resolved = { ...defaults, workers: 4, maxWaiters, maxConnections };
    expect(resolveMachine(defaults, { cpus: 4, openFiles })).toEqual(resolved);
  });

  it('leaves numbers that were chosen alone', () => {
    const chosen = { ...defaults, workers: 3, maxWaiters: 50, maxConnections: 60 };
    expect(resolveMachine(chosen, { cpus: 4, openFiles: 20_000 })).toEqual(chosen);
  });
});
