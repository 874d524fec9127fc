import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Child } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { versionOf } from '../machine/program.ts';
import { BENCH } from '../paths.ts';
import { isUp } from './reachable.ts';
import { Running, temporaryFolder } from './running.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** Nothing that answers these polls can be cheaper than this. */
export const floor: SubjectKind = {
  name: 'floor (C)',
  missing: () => (versionOf('gcc', ['--version'], /(gcc)/) === null ? 'gcc is not installed' : null),
  start,
};

async function start(): Promise<Subject> {
  const folder = temporaryFolder();
  const program = join(folder, 'floor-server');
  const { status, stderr } = spawnSync('gcc', ['-O2', '-o', program, join(BENCH, 'subjects', 'floor-server.c')], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`gcc failed: ${stderr}`);
  const port = await freePort();
  const child = new Child({ command: program, args: [String(port)] });
  const census = { url: `http://127.0.0.1:${port}/stats`, pattern: '^waiting: (\\d+)' };
  await child.ready(async () => ((await isUp(census.url)) ? true : null));
  return new Running({
    target: {
      dialect: 'floor',
      endpoints: [{ host: '127.0.0.1', port }],
      census,
      servers: [child.pid],
      redis: [],
      redisPort: 0,
    },
    children: [{ child, end: 'SIGTERM' }],
    folder,
  });
}
