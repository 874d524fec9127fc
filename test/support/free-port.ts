import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Below the range from which kernels give ports to outgoing connections, so that none of those takes one meanwhile. */
const LOWEST = 10_000;
const HIGHEST = 32_000;
const ATTEMPTS = 200;

/**
 * The first of `count` ports in a row that were free a moment ago. Another process can still take one before it is
 * bound: who starts a server on it tries again with another.
 */
export async function freePort(count = 1): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = randomInt(LOWEST, HIGHEST - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    const free = await Promise.all(ports.map(isFree));
    if (free.every(Boolean)) return first;
  }
  throw new Error(`found no ${count} free ports in a row after ${ATTEMPTS} attempts`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
