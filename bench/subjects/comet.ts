import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PUBLISH_KEY, SIGN_SECRET } from '../load/secrets.ts';
import type { Endpoint } from '../load/target.ts';
import { family } from '../machine/processes.ts';
import { PROJECT } from '../paths.ts';
import { NO_REDIS, redisVersion, startRedis } from './redis-server.ts';
import { Running } from './running.ts';
import type { StartOptions, Subject, SubjectKind } from './subject.ts';

const CLI = join(PROJECT, 'dist', 'cli.js');

export const cometRedis: SubjectKind = cometBuiltIn(PROJECT, nodeOptions());

export const cometEmbedded: SubjectKind = {
  name: 'comet embedded',
  missing: () => missing(CLI),
  start: (options) => start(options, false, CLI, nodeOptions()),
};

/** That of another folder of the project, with these options of Node; with Redis. */
export function cometBuiltIn(project: string, options: readonly string[]): SubjectKind {
  const cli = join(project, 'dist', 'cli.js');
  return {
    name: 'comet + Redis',
    missing: () => missing(cli) ?? (redisVersion() === null ? 'redis-server is not installed' : null),
    start: (startOptions) => start(startOptions, true, cli, options),
  };
}

function missing(cli: string): string | null {
  return existsSync(cli) ? null : `there is no ${cli}: npm run build`;
}

function start(
  { workers, mailboxes = false }: StartOptions,
  withRedis: boolean,
  cli: string,
  options: readonly string[],
): Promise<Subject> {
  return Running.start(async (parts) => {
    const redis = withRedis ? await startRedis(parts) : NO_REDIS;
    const secrets = { COMET_PUBLISH_KEY: PUBLISH_KEY, COMET_SIGN_SECRET: SIGN_SECRET };
    const ports = ['--port', '0', '--admin-port', '0'];
    const child = parts.start(
      {
        command: process.execPath,
        args: [...options, cli, 'start', ...ports, '--workers', String(workers), '--drain-seconds', '0'],
        env: withRedis ? { ...secrets, COMET_REDIS_URL: `redis://127.0.0.1:${redis.port}` } : secrets,
      },
      'exit code 0',
    );
    const { urls, admin } = await child.ready(async () => addressesIn(child.output));
    return {
      dialect: mailboxes ? 'comet-mailbox' : 'comet',
      endpoints: urls.map(endpointOf),
      census: { url: `${admin}/metrics`, pattern: '^comet_waiters(?:\\{.*\\})? (\\d+)' },
      servers: family(child.pid),
      redis: redis.pids,
      redisPort: redis.port,
    };
  });
}

/** Options of Node for the server's processes, such as `--cpu-prof`: `BENCH_NODE_OPTIONS`, split at blanks. */
function nodeOptions(): string[] {
  return (process.env.BENCH_NODE_OPTIONS ?? '').split(' ').filter(Boolean);
}

function endpointOf(url: string): Endpoint {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

/** What the server logs once it listens. */
function addressesIn(output: string): { readonly urls: readonly string[]; readonly admin: string } | null {
  const line = output.split('\n').find((text) => text.endsWith('"comet listens"}'));
  if (line === undefined) return null;
  const { workers, admin } = JSON.parse(line) as { workers: string[]; admin: string };
  return { urls: workers, admin };
}
