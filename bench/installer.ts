import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { PEERS } from './paths.ts';

const PACKAGES = [
  'redis-server',
  'nginx',
  'libnginx-mod-nchan',
  'python3-tornado',
  'python3-redis',
  'gcc',
  'libc6-dev',
];

/** Not among the project's own packages: it is old, and nobody needs it but the benchmark. */
const NPM_PACKAGES = ['faye@1.4.3'];

/** Debian asks this file before it starts the service of a package that it installs: the peers run on our terms only. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Installs what the peers need, on Debian, as root. Throws if that fails. */
export function installPeers(): void {
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    aptGet('update', '-q');
    aptGet('install', '-q', '-y', '--no-install-recommends', ...PACKAGES);
  } finally {
    if (isOurs) rmSync(POLICY);
  }
  const folder = dirname(PEERS);
  mkdirSync(folder, { recursive: true });
  run('npm', 'install', '--prefix', folder, '--no-package-lock', '--no-save', ...NPM_PACKAGES);
}

function aptGet(...args: string[]): void {
  run('apt-get', ...args);
}

function run(command: string, ...args: string[]): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error } = spawnSync(command, args, { stdio: ['ignore', 'inherit', 'inherit'], env });
  if (status !== 0) throw new Error(`${command} ${args[0]} failed${error ? `: ${error.message}` : ''}`);
}
