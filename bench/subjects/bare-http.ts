import { fileURLToPath } from 'node:url';
import { Child } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { isUp } from './reachable.ts';
import { Running, temporaryFolder } from './running.ts';
import type { StartOptions, Subject, SubjectKind } from './subject.ts';

const SCRIPT = fileURLToPath(new URL('./bare-server.js', import.meta.url));

/** As many processes as the server under test has workers, each on its own port. */
export const bareHttp: SubjectKind = {
  name: 'bare node:http',
  missing: () => null,
  start,
};

async function start({ workers }: StartOptions): Promise<Subject> {
  const started = await Promise.all(Array.from({ length: workers }, startOne));
  const ports = started.map(({ port }) => port);
  return new Running({
    target: {
      dialect: 'comet',
      endpoints: ports.map((port) => ({ host: '127.0.0.1', port })),
      census: { url: '', pattern: '' },
      servers: started.map(({ child }) => child.pid),
      redis: [],
      redisPort: 0,
    },
    children: started.map(({ child }) => ({ child, end: 'SIGTERM' })),
    folder: temporaryFolder(),
  });
}

async function startOne(): Promise<{ readonly child: Child; readonly port: number }> {
  const port = await freePort();
  const child = new Child({ command: process.execPath, args: [SCRIPT, String(port)] });
  await child.ready(async () => ((await isUp(`http://127.0.0.1:${port}/`)) ? true : null));
  return { child, port };
}
