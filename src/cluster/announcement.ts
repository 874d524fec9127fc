import { isIPv6 } from 'node:net';
import type { Config } from '../config/options.ts';

/** What an operator is told once the server serves. */
export interface Announcement {
  /** The address of each worker, in their order. */
  readonly workers: readonly string[];
  /** Where metrics and health are. */
  readonly admin: string;
  /** Where people see it; empty where nobody may. */
  readonly dashboard: string;
  readonly engine: 'redis' | 'embedded';
  /** Two commands to try: the first waits, the second wakes it through another worker. */
  readonly try: readonly [string, string];
}

/** `ports` are those of the workers. */
export function announce(config: Config, ports: readonly number[], adminPort: number): Announcement {
  const [first = 0] = ports;
  const last = ports.at(-1) ?? first;
  const here = (port: number) => `http://${urlHost(reachable(config.host))}:${port}`;
  const authorization = authorizationFor(config);
  const reading = config.reading === 'token' ? authorization : '';
  return {
    workers: ports.map((port) => `http://${urlHost(config.host)}:${port}`),
    admin: `http://${urlHost(config.adminHost)}:${adminPort}`,
    dashboard: config.dashboard === 'off' ? '' : `http://${urlHost(reachable(config.adminHost))}:${adminPort}/`,
    engine: config.redisUrl === '' ? 'embedded' : 'redis',
    try: [
      `curl${reading} '${here(first)}/get?key=hello'`,
      `curl${authorization} -d key=hello -d value=world ${here(last)}/set`,
    ],
  };
}

/** The same for people. */
export function describe(announcement: Announcement): string {
  const { workers, admin, dashboard, engine, try: commands } = announcement;
  const lines = [
    `comet listens on  ${workers.join('\n                  ')}`,
    `admin             ${admin}/metrics, /healthz, /readyz`,
    ...(dashboard === '' ? [] : [`dashboard         ${dashboard}, and ${dashboard}try`]),
    `engine            ${engine === 'redis' ? 'redis' : 'embedded: in memory, this machine only, gone on restart'}`,
    '',
    'Try it: the first command waits, the second one wakes it.',
    ...commands.map((command) => `  ${command}`),
  ];
  return `${lines.join('\n')}\n`;
}

function authorizationFor({ publishKey, tokenSecret, tokenKeys }: Config): string {
  if (publishKey.length > 0) return ' -H "Authorization: Bearer <publish key>"';
  return tokenSecret.length + tokenKeys.length > 0 ? ' -H "Authorization: Bearer <token>"' : '';
}

/** An address that takes connections for every other one. */
function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}
