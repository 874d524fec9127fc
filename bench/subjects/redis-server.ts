import { connect } from 'node:net';
import { Child } from '../machine/child.ts';
import { freePort } from '../machine/free-port.ts';
import { versionOf } from '../machine/program.ts';

export function redisVersion(): string | null {
  return versionOf('redis-server', ['--version'], /v=(\S+)/);
}

/** A Redis of its own, in memory alone; ends with exit code 0. */
export async function startRedis(folder: string): Promise<{ readonly child: Child; readonly port: number }> {
  const port = await freePort();
  const child = new Child({
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder],
  });
  await child.ready(async () => ((await answers(port)) ? true : null));
  return { child, port };
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
