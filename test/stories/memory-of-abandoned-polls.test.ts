/**
 * Elsewhere memory grew for ever: by polls whose clients had left (Totodore/socketioxide#731, 19 GiB;
 * jcuga/golongpoll#30), by what was kept for each request (slact/nchan#613), by a history without a bound
 * (dunglas/mercure#388).
 */
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render } from '../http/wire.ts';
import type { CometProcess } from '../support/comet-process.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { Deployment, sample, setMany, waiting } from './deployment.ts';

/** Megabytes of JavaScript heap with which the worker dies: what is abandoned here would take more, were it kept. */
const HEAP = 56;
const POLLS_AT_ONCE = 1_000;
const ROUNDS = 6;
const WATCHED = 1_500;
/** Has a process write how many timers it has, when it is sent SIGUSR2. */
const TELL_TIMERS = new URL('./tell-timers.mjs', import.meta.url).href;
const HISTORY = 8;
const VALUE = 'x'.repeat(1_000);

const deployment = new Deployment();
let redis: RedisServer;
let comet: CometProcess;

beforeAll(async () => {
  redis = await deployment.server();
  comet = await deployment.comet({
    workers: 1,
    flags: { 'redis-url': redis.url, 'max-watched-keys': WATCHED, 'history-size': HISTORY },
    env: { NODE_OPTIONS: `--max-old-space-size=${HEAP} --import ${TELL_TIMERS}` },
  });
});

afterAll(() => deployment.clear());

function poll(key: string): Socket {
  const socket = connect(comet.port(), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.write(render(`/get?key=${key}&after=0&timeout=300`));
  return socket;
}

/** Those of the worker, as it says itself. */
async function timers(): Promise<number> {
  const told = () => comet.logs().flatMap(({ timers }) => (typeof timers === 'number' ? [timers] : []));
  const before = told().length;
  const [worker] = await comet.workerPids();
  process.kill(worker as number, 'SIGUSR2');
  await until(() => told().length > before, { message: 'the worker to tell its timers' });
  return told().at(-1) as number;
}

describe('what does not grow', () => {
  it('the memory of polls that were abandoned, the timers of those that wait', async () => {
    const idle = await timers();
    for (let round = 0; round < ROUNDS; round++) {
      const keys = Array.from({ length: POLLS_AT_ONCE }, (_, index) => `${round}-${index}-${'k'.repeat(400)}`);
      const sockets = keys.map(poll);
      await waiting(comet, POLLS_AT_ONCE);
      expect(await timers()).toBeLessThan(idle + 10);
      for (const [index, socket] of sockets.entries()) {
        if (index % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
      await waiting(comet, 0);
      expect(await sample(comet, 'comet_keys_watched')).toBeLessThanOrEqual(WATCHED);
    }
    await until(async () => (await sample(comet, 'comet_connections')) === 0, { message: 'no connection to be left' });
    expect(await sample(comet, 'comet_worker_restarts_total')).toBe(0);
    // Garbage counts too, until the worker has found the time to collect it.
    const heap = () => sample(comet, 'nodejs_heap_size_used_bytes');
    await until(async () => (await heap()) < HEAP * 1024 * 1024, { timeout: 20_000, message: 'the heap to be small' });
  }, 120_000);

  it('the history of a key', async () => {
    const sets = Array.from({ length: 1_000 }, (_, index) => ({ key: 'history', value: `${index} ${VALUE}` }));
    for (const some of [sets.slice(0, 200), sets.slice(200, 400), sets.slice(400, 600)]) {
      await setMany(comet.port(), some);
    }
    const names = (await redis.cli('KEYS', '*:history')) as string[];
    expect(names.length).toBeGreaterThan(0);
    const sizes = await Promise.all(names.map((name) => redis.cli('MEMORY', 'USAGE', name, 'SAMPLES', '0')));
    const bytes = sizes.reduce((sum: number, size) => sum + Number(size), 0);
    expect(bytes).toBeLessThan(2 * HISTORY * VALUE.length);
  });
});
