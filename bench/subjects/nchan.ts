import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { family, fileLimit } from '../machine/processes.ts';
import { nchanConfiguration } from './nchan-configuration.ts';
import { isUp } from './reachable.ts';
import { NO_REDIS, redisVersion, startRedis } from './redis-server.ts';
import { Running } from './running.ts';
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

function start({ workers }: StartOptions, withRedis: boolean): Promise<Subject> {
  return Running.start(async (parts) => {
    const redis = withRedis ? await startRedis(parts) : NO_REDIS;
    const { folder } = parts;
    const port = await freePort();
    const file = join(folder, 'nginx.conf');
    const redisPort = withRedis ? redis.port : null;
    writeFileSync(file, nchanConfiguration({ folder, module: MODULE, workers, port, redisPort, files: fileLimit() }));
    const child = parts.start({ command: NGINX, args: ['-c', file] }, 'exit code 0');
    const census = { url: `http://127.0.0.1:${port}/status`, pattern: '^subscribers: (\\d+)' };
    await child.ready(async () => ((await isUp(census.url)) ? true : null));
    return {
      dialect: 'nchan',
      endpoints: [{ host: '127.0.0.1', port }],
      census,
      servers: family(child.pid),
      redis: redis.pids,
      redisPort: redis.port,
    };
  });
}
