import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { versionOf } from '../machine/program.ts';
import { BENCH } from '../paths.ts';
import { isUp } from './reachable.ts';
import { NO_REDIS, startRedis } from './redis-server.ts';
import { Running } from './running.ts';
import type { StartOptions, Subject, SubjectKind } from './subject.ts';

/** Debian's Python, whatever others the machine has: that one has its packages. */
const PYTHON = '/usr/bin/python3';
const PROBE = 'import tornado, redis; print(tornado.version, redis.__version__)';

export function tornadoVersion(): string | null {
  return versionOf(PYTHON, ['-c', PROBE], /^(\S+) \S+$/m);
}

/** One process, as Python uses one CPU; its own memory for keys, Redis for mailboxes. */
export const tornado: SubjectKind = {
  name: 'Tornado',
  missing: () =>
    tornadoVersion() === null ? 'Debian packages python3-tornado and python3-redis are not installed' : null,
  start,
};

function start({ mailboxes = false }: StartOptions): Promise<Subject> {
  return Running.start(async (parts) => {
    const redis = mailboxes ? await startRedis(parts) : NO_REDIS;
    const port = await freePort();
    const script = join(BENCH, 'subjects', 'tornado-server.py');
    const child = parts.start({ command: PYTHON, args: [script, String(port), String(redis.port)] }, 'SIGTERM');
    const census = { url: `http://127.0.0.1:${port}/stats`, pattern: '^waiting: (\\d+)' };
    await child.ready(async () => ((await isUp(census.url)) ? true : null));
    return {
      dialect: mailboxes ? 'mailbox' : 'keys',
      endpoints: [{ host: '127.0.0.1', port }],
      census,
      servers: [child.pid],
      redis: redis.pids,
      redisPort: redis.port,
    };
  });
}
