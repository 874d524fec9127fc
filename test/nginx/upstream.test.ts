import type { IncomingMessage, Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Child } from '../support/child.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Front } from './front.ts';
import { startTinyWorker, stopTinyWorker } from './tiny-worker.ts';

let front: Front | undefined;
let workers: Server[] = [];

afterEach(async () => {
  await front?.stop();
  await Promise.all(workers.map(stopTinyWorker));
  front = undefined;
  workers = [];
});

async function worker(port: number, answer: (request: IncomingMessage) => string, host?: string): Promise<void> {
  workers.push(await startTinyWorker(port, (request, response) => response.end(answer(request)), host));
}

describe('nginx between clients and workers', () => {
  it('asks another worker when one refuses the connection, for a POST too', async () => {
    front = await Front.start();
    await worker(front.workerPort + 1, () => 'second');
    for (let times = 0; times < 4; times++) {
      expect((await get(front.port, '/get')).body).toBe('second');
      expect((await post(front.port, '/set', { form: { key: 'a' } })).body).toBe('second');
    }
  });

  it('comes back to a worker at once when that is there again', async () => {
    front = await Front.start();
    for (let times = 0; times < 4; times++) expect((await get(front.port, '/get')).status).toBe(503);
    await worker(front.workerPort, () => 'back');
    for (let times = 0; times < 4; times++) expect((await get(front.port, '/get')).body).toBe('back');
  });

  it('sends requests to the worker that holds the fewest', async () => {
    front = await Front.start();
    let parked = 0;
    workers.push(
      await startTinyWorker(front.workerPort, () => {
        parked++;
      }),
    );
    await worker(front.workerPort + 1, () => 'idle');
    const polls: Promise<unknown>[] = [];
    for (let times = 0; times < 40; times++) {
      const before = parked;
      let answered = false;
      const poll = get(front.port, '/get').catch(() => null);
      polls.push(poll);
      void poll.then(() => {
        answered = true;
      });
      await until(() => answered || parked > before);
    }
    // In turn it would be 20. A few are tied: nginx still counts a request whose answer the client has already.
    expect(parked).toBeLessThan(10);
    await Promise.all(workers.map(stopTinyWorker));
    await Promise.all(polls);
  });

  it('keeps its connections to the workers and says who the client is', async () => {
    front = await Front.start({ workers: 1 });
    const sockets = new Set<Socket>();
    const heads: IncomingMessage['headers'][] = [];
    await worker(front.workerPort, (request) => {
      sockets.add(request.socket);
      heads.push(request.headers);
      return '';
    });
    const forged = { 'x-real-ip': '6.6.6.6', 'x-forwarded-for': '6.6.6.6', 'x-scheme': 'https', connection: 'close' };
    for (let times = 0; times < 20; times++) {
      await get(front.port, '/get', { headers: { host: 'comet.example.org:81', ...forged } });
    }
    expect(sockets.size).toBeLessThanOrEqual((await front.nginx.workerPids()).length);
    expect(heads[19]).toMatchObject({
      host: 'comet.example.org:81',
      'x-real-ip': '127.0.0.1',
      'x-forwarded-for': '6.6.6.6, 127.0.0.1',
      'x-scheme': 'http',
    });
    expect(heads[19]).not.toHaveProperty('connection');
  });

  it('tells a worker that a client is gone', async () => {
    front = await Front.start({ workers: 1 });
    let gone = 0;
    let parked = 0;
    workers.push(
      await startTinyWorker(front.workerPort, (request) => {
        parked++;
        request.socket.once('close', () => gone++);
      }),
    );
    const leave = new AbortController();
    const poll = get(front.port, '/get', { signal: leave.signal }).catch(() => null);
    await until(() => parked === 1);
    leave.abort();
    await poll;
    await until(() => gone === 1);
  });
});

describe('nginx before several machines', () => {
  it('asks another machine when one is gone without a word', async () => {
    // A machine that lost its power neither accepts nor refuses. So does a port whose queue is full.
    front = await Front.start({ workers: 1 }, { machines: ['127.0.0.2', '127.0.0.1'] });
    const gone = await Child.start(process.execPath, [
      '-e',
      `require('node:net').createServer().listen({ port: ${front.workerPort}, host: '127.0.0.2', backlog: 1 }, () => {
        process.stdout.write('listening');
      });`,
    ]);
    const queue: Socket[] = [];
    try {
      await until(() => gone.stdout === 'listening');
      gone.signal('SIGSTOP');
      const { workerPort } = front;
      await until(() => isFull(workerPort, '127.0.0.2', queue), { message: 'a full queue' });
      await worker(front.workerPort, () => 'alive');
      for (let times = 0; times < 2; times++) {
        expect((await get(front.port, '/get')).body).toBe('alive');
        expect((await post(front.port, '/set', { form: { key: 'a' } })).body).toBe('alive');
      }
    } finally {
      for (const socket of queue) socket.destroy();
      await gone.stop('SIGKILL');
    }
  });
});

/** Adds one more connection to the queue of a port; true once the kernel takes no more. */
function isFull(port: number, host: string, queue: Socket[]): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host, () => resolve(false));
    queue.push(socket);
    // A busy process hears of the time-out first, and of the connection right after it.
    socket.setTimeout(300, () => setImmediate(() => resolve(true)));
    socket.once('error', () => resolve(false));
  });
}
