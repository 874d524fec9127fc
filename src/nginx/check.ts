import { isIPv4, isIPv6 } from 'node:net';
import type { Config } from '../config/options.ts';
import { type NginxOptions, NginxOptionsError } from './options.ts';
import { machineProblem } from './workers.ts';

const SERVER_NAMES = /^[A-Za-z0-9_*.-]+( [A-Za-z0-9_*.-]+)*$/;
/** What ends or opens something in an nginx configuration, starts a variable, or cannot be seen. */
const UNSAFE = /[\p{Cc}"'`;{}$\\#]/u;

/** Throws everything that is wrong at once: nothing but checked text may get into a configuration that runs as root. */
export function checkNginxOptions(config: Config, options: NginxOptions): void {
  const problems = [
    ...workerProblems(config),
    problem('listen', options.listen, listenProblem(options.listen)),
    problem('server-name', options.serverName, serverNameProblem(options.serverName)),
    ...options.machines.map((host) => problem('machine', host, machineProblem(host))),
    problem('tls-certificate', options.tlsCertificate, pathProblem(options.tlsCertificate, 'absolute')),
    problem('tls-key', options.tlsKey, pathProblem(options.tlsKey, 'absolute')),
    problem('static', options.static, pathProblem(options.static, 'absolute')),
    problem('log-dir', options.logDirectory, pathProblem(options.logDirectory, 'any')),
    ...tlsProblems(options),
  ].filter((text) => text !== null);
  if (problems.length > 0) throw new NginxOptionsError(problems);
}

function problem(option: string, value: string | undefined, what: string | null): string | null {
  return what === null ? null : `--${option} ${JSON.stringify(value)}: ${what}`;
}

function workerProblems(config: Config): string[] {
  const last = config.port + config.workers - 1;
  if (config.port === 0) return ['port 0: nginx needs to know the ports; choose the first one'];
  if (config.workers < 1) return ['workers 0: nginx needs to know how many there are'];
  if (last > 65_535) return [`port ${config.port} with ${config.workers} workers: the last port would be ${last}`];
  return [];
}

function listenProblem(listen: string): string | null {
  const match = /^(?:(?<v4>[\d.]+|\*):|\[(?<v6>[^\]]+)\]:)?(?<port>\d{1,5})$/.exec(listen);
  const { v4, v6, port } = match?.groups ?? {};
  const address = (v4 ?? '*') === '*' || isIPv4(v4 ?? '');
  const fits = port !== undefined && Number(port) >= 1 && Number(port) <= 65_535;
  if (fits && address && (v6 === undefined || (isIPv6(v6) && !v6.includes('%')))) return null;
  return 'must be a port or an address with a port, such as 80, 203.0.113.7:80 or [::]:80';
}

function serverNameProblem(names: string): string | null {
  return SERVER_NAMES.test(names) ? null : 'must be host names separated by spaces, or _ for any';
}

function pathProblem(path: string | undefined, kind: 'absolute' | 'any'): string | null {
  if (path === undefined) return null;
  if (UNSAFE.test(path)) return 'must not hold quotes, ; { } $ # \\ or control characters';
  if (kind === 'absolute' && !path.startsWith('/')) return 'must be an absolute path';
  return path === '' ? 'must not be empty' : null;
}

function tlsProblems(options: NginxOptions): string[] {
  const certificate = options.tlsCertificate !== undefined;
  const key = options.tlsKey !== undefined;
  const problems: string[] = [];
  if (certificate !== key)
    problems.push(`--tls-${certificate ? 'key' : 'certificate'}: missing beside its counterpart`);
  if (options.http2 && !certificate && !key) problems.push('--http2: needs --tls-certificate and --tls-key');
  return problems;
}
