import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const CLI = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const FREE_PORTS = ['--port', '0', '--admin-port', '0'];

/**
 * Starts the built server with the embedded engine on free ports, in a process of its own. `workers` in the answer are
 * their URLs; `stop` ends it and gives the exit code.
 */
export async function startEmbeddedServer(workers) {
  const environment = Object.entries(process.env).filter(([name]) => !name.startsWith('COMET_'));
  const server = spawn(process.execPath, [CLI, 'start', ...FREE_PORTS, '--workers', String(workers)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: Object.fromEntries(environment),
  });
  const ended = once(server, 'exit');
  const lines = createInterface({ input: server.stdout });
  const addresses = await new Promise((resolve, reject) => {
    lines.on('line', (line) => {
      const record = JSON.parse(line);
      if (Array.isArray(record.workers)) resolve(record.workers);
      else if (record.level === 'error' || record.level === 'fatal') console.error(line);
    });
    ended.then(([code]) => reject(new Error(`the server ended with exit code ${code}`)), reject);
  });
  const stop = async () => {
    server.kill('SIGTERM');
    return (await ended)[0];
  };
  return { workers: addresses, stop };
}
