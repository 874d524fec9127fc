import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/**
 * Below the range from which kernels give ports to outgoing connections, so that none of those takes one meanwhile;
 * above 10080, which `fetch` and browsers refuse to ask.
 */
const LOWEST = 10_100;
const HIGHEST = 32_000;
/** Test files run side by side: each of so many processes has ports that none of the others gives. */
const SHARES = 4;
const SHARE = Math.floor((HIGHEST - LOWEST) / SHARES);
const ATTEMPTS = 200;

/** What this process was given: it may not have been bound yet, and a second one who gets it would be refused. */
const given = new Set<number>();

/**
 * The first of `count` ports in a row that were free a moment ago; none is given twice. A process outside of the tests can
 * still take one before it is bound: who starts a server on it tries again with another.
 */
export async function freePort(count = 1): Promise<number> {
  const lowest = LOWEST + (Number(process.env.JEST_WORKER_ID ?? 0) % SHARES) * SHARE;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const first = randomInt(lowest, lowest + SHARE - count);
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port))) continue;
    for (const port of ports) given.add(port);
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
