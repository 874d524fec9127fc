import { fileURLToPath } from 'node:url';
import { freePort } from '../machine/free-port.ts';
import { isUp } from './reachable.ts';
import { type Parts, Running } from './running.ts';
import type { StartOptions, Subject, SubjectKind } from './subject.ts';

const SCRIPT = fileURLToPath(new URL('./bare-server.js', import.meta.url));

/** As many processes as the server under test has workers, each on its own port. */
export const bareHttp: SubjectKind = {
  name: 'bare node:http',
  missing: () => null,
  start,
};

function start({ workers }: StartOptions): Promise<Subject> {
  return Running.start(async (parts) => {
    const started = await Promise.all(Array.from({ length: workers }, () => startOne(parts)));
    return {
      dialect: 'comet',
      endpoints: started.map(({ port }) => ({ host: '127.0.0.1', port })),
      census: { url: '', pattern: '' },
      servers: started.map(({ pid }) => pid),
      redis: [],
      redisPort: 0,
    };
  });
}

async function startOne(parts: Parts): Promise<{ readonly pid: number; readonly port: number }> {
  const port = await freePort();
  const child = parts.start({ command: process.execPath, args: [SCRIPT, String(port)] }, 'SIGTERM');
  await child.ready(async () => ((await isUp(`http://127.0.0.1:${port}/`)) ? true : null));
  return { pid: child.pid, port };
}
