import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { versionOf } from '../machine/program.ts';
import { BENCH } from '../paths.ts';
import { isUp } from './reachable.ts';
import { Running } from './running.ts';
import type { Subject, SubjectKind } from './subject.ts';

/** Nothing that answers these polls can be cheaper than this. */
export const floor: SubjectKind = {
  name: 'floor (C)',
  missing: () => (versionOf('gcc', ['--version'], /(gcc)/) === null ? 'gcc is not installed' : null),
  start,
};

function start(): Promise<Subject> {
  return Running.start(async (parts) => {
    const program = join(parts.folder, 'floor-server');
    const source = join(BENCH, 'subjects', 'floor-server.c');
    const { status, stderr } = spawnSync('gcc', ['-O2', '-o', program, source], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`gcc failed: ${stderr}`);
    const port = await freePort();
    const child = parts.start({ command: program, args: [String(port)] }, 'SIGTERM');
    const census = { url: `http://127.0.0.1:${port}/stats`, pattern: '^waiting: (\\d+)' };
    await child.ready(async () => ((await isUp(census.url)) ? true : null));
    const endpoints = [{ host: '127.0.0.1', port }];
    return { dialect: 'floor', endpoints, census, servers: [child.pid], redis: [], redisPort: 0 };
  });
}
