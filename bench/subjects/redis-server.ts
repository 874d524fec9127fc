import { connect } from 'node:net';
import { freePort } from '../machine/free-port.ts';
import { versionOf } from '../machine/program.ts';
import type { Parts } from './running.ts';

export function redisVersion(): string | null {
  return versionOf('redis-server', ['--version'], /v=(\S+)/);
}

export interface RedisPart {
  readonly pids: readonly number[];
  readonly port: number;
}

/** For subjects that run without. */
export const NO_REDIS: RedisPart = { pids: [], port: 0 };

/** A Redis of its own, in memory alone. */
export async function startRedis(parts: Parts): Promise<RedisPart> {
  const port = await freePort();
  const inMemory = ['--save', '', '--appendonly', 'no', '--dir', parts.folder];
  const args = ['--port', String(port), '--bind', '127.0.0.1', ...inMemory];
  const child = parts.start({ command: 'redis-server', args }, 'exit code 0');
  await child.ready(async () => ((await answers(port)) ? true : null));
  return { pids: [child.pid], port };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
