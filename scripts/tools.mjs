import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { outputOf, run, SetupError, say } from './run.mjs';

/** The programs that the tests start. `version` finds the major version in what `probe` prints. */
const TOOLS = [
  { command: 'redis-server', probe: '--version', version: /v=(\d+)/, atLeast: 7, apt: 'redis-server' },
  { command: 'nginx', probe: '-v', version: /nginx\/(\d+)/, atLeast: 1, apt: 'nginx' },
  { command: 'openssl', probe: 'version', version: /SSL (\d+)/, atLeast: 1, apt: 'openssl' },
  { command: 'promtool', probe: '--version', version: /version (\d+)/, atLeast: 2, apt: 'prometheus' },
  // The first version with everything that the tests ask of a page.
  { command: 'chromium', probe: '--version', version: /Chromium (\d+)/, atLeast: 116, apt: 'chromium' },
  ...(process.platform === 'linux'
    ? [{ command: 'systemd-notify', probe: '--version', version: /systemd (\d+)/, atLeast: 246, apt: 'systemd' }]
    : []),
];

/** Packages that bring a service under their own name. */
const SERVICES = ['redis-server', 'nginx', 'prometheus'];

/** Debian asks this file before it starts the service of a package that it installs. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Makes sure of every program that the tests need: installs what is missing where it may, else says what to install. */
export function provideTools() {
  const missing = TOOLS.filter((tool) => !isUsable(tool));
  if (missing.length === 0) return;
  if (process.getuid() !== 0 || outputOf('apt-get', ['--version']) === null) throw new SetupError(request(missing));
  try {
    install(missing.map(({ apt }) => apt));
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    throw new SetupError(`${error.message}; ${request(missing)}`);
  }
  const unusable = missing.filter((tool) => !isUsable(tool));
  if (unusable.length > 0) throw new SetupError(request(unusable));
}

function isUsable({ command, probe, version, atLeast }) {
  const major = outputOf(command, [probe])?.match(version)?.[1];
  return Number(major) >= atLeast;
}

function request(tools) {
  const wanted = tools.map(({ command, atLeast, apt }) => `${command} >= ${atLeast} (Debian package ${apt})`);
  return `the tests need ${wanted.join(' and ')}: install and run again`;
}

/** Installs Debian packages without their services: the tests start their own servers. */
function install(packages) {
  say(`installing ${packages.join(', ')} (apt-get)`);
  const noninteractive = { DEBIAN_FRONTEND: 'noninteractive' };
  const isOurs = !existsSync(POLICY);
  if (isOurs) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    run('apt-get', ['update', '-q'], noninteractive);
    run('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...packages], noninteractive);
  } finally {
    if (isOurs) rmSync(POLICY);
  }
  // Not at the next start of the machine either.
  const services = packages.filter((name) => SERVICES.includes(name));
  if (services.length > 0 && existsSync('/run/systemd/system')) run('systemctl', ['disable', '--quiet', ...services]);
}
