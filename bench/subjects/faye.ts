import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../machine/free-port.ts';
import { BENCH, PEERS } from '../paths.ts';
import { isUp } from './reachable.ts';
import { Running } from './running.ts';
import type { Subject, SubjectKind } from './subject.ts';

const MANIFEST = join(PEERS, 'faye', 'package.json');

export function fayeVersion(): string | null {
  return existsSync(MANIFEST) ? (JSON.parse(readFileSync(MANIFEST, 'utf8')) as { version: string }).version : null;
}

/** One process: several would need its Redis engine, which is older still. Everything in its memory, without history. */
export const faye: SubjectKind = {
  name: 'Faye',
  missing: () => (fayeVersion() === null ? 'the npm package faye is not installed: npm run bench -- --install' : null),
  start,
};

function start(): Promise<Subject> {
  return Running.start(async (parts) => {
    const port = await freePort();
    const script = join(BENCH, 'subjects', 'faye-server.cjs');
    const child = parts.start({ command: process.execPath, args: [script, String(port), PEERS] }, 'SIGTERM');
    const census = { url: `http://127.0.0.1:${port}/stats`, pattern: '^requests: (\\d+)' };
    await child.ready(async () => ((await isUp(census.url)) ? true : null));
    return {
      dialect: 'bayeux',
      endpoints: [{ host: '127.0.0.1', port }],
      census,
      servers: [child.pid],
      redis: [],
      redisPort: 0,
    };
  });
}
