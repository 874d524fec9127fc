import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Child } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { family, fileLimit } from '../machine/processes.ts';
import { nchanConfiguration } from './nchan-configuration.ts';
import { isUp } from './reachable.ts';
import { redisVersion, startRedis } from './redis-server.ts';
import { Running, temporaryFolder } from './running.ts';
import type { StartOptions, Subject, SubjectKind } from './subject.ts';

/** Debian's places. */
const NGINX = '/usr/sbin/nginx';
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so';

export const nchanMemory: SubjectKind = {
  name: 'nchan',
  missing,
  start: (options) => start(options, false),
};

export const nchanRedis: SubjectKind = {
  name: 'nchan + Redis',
  missing: () => missing() ?? (redisVersion() === null ? 'redis-server is not installed' : null),
  start: (options) => start(options, true),
};

function missing(): string | null {
  return existsSync(NGINX) && existsSync(MODULE)
    ? null
    : 'Debian packages nginx and libnginx-mod-nchan are not installed';
}

async function start({ workers }: StartOptions, withRedis: boolean): Promise<Subject> {
  const folder = temporaryFolder();
  const redis = withRedis ? await startRedis(folder) : null;
  const port = await freePort();
  const file = join(folder, 'nginx.conf');
  const text = nchanConfiguration({
    folder,
    module: MODULE,
    workers,
    port,
    redisPort: redis?.port ?? null,
    files: fileLimit(),
  });
  writeFileSync(file, text);
  const child = new Child({ command: NGINX, args: ['-c', file] });
  const census = { url: `http://127.0.0.1:${port}/status`, pattern: '^subscribers: (\\d+)' };
  await child.ready(async () => ((await isUp(census.url)) ? true : null));
  return new Running({
    target: {
      dialect: 'nchan',
      endpoints: [{ host: '127.0.0.1', port }],
      census,
      servers: family(child.pid),
      redis: redis === null ? [] : [redis.child.pid],
      redisPort: redis?.port ?? 0,
    },
    children: [{ child, end: 'exit code 0' }, ...(redis === null ? [] : [{ child: redis.child, end: 'exit code 0' }])],
    folder,
  });
}
