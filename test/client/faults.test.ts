import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Comet, CometError } from 'comet-cluster/client';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { Reader } from './reader.ts';
import { SHORT_HEARTBEAT, Site } from './site.ts';

const KEYS = ['news', 'weather'];

let site: Site;
let comet: Comet;

beforeAll(async () => {
  site = await Site.start();
  comet = site.client();
});

afterAll(async () => {
  await site?.stop();
});

/** Milliseconds in which clients come back whose pauses have doubled while a slow machine started everything anew. */
const BACK_MS = 40_000;

/** Publishes on both keys, one value after the other, until it is stopped; what it wrote is what must be read. */
class Publisher {
  readonly written: string[] = [];
  readonly #running: Promise<void>;
  #isStopped = false;

  constructor(client: Comet) {
    this.#running = this.#run(client);
  }

  async stop(): Promise<string[]> {
    this.#isStopped = true;
    await this.#running;
    return this.written;
  }

  async #run(client: Comet): Promise<void> {
    for (let count = 0; !this.#isStopped; count++) {
      const value = `${count}`;
      await Promise.all(KEYS.map((key) => client.set(key, value, { timeout: 2 * BACK_MS })));
      this.written.push(value);
      await until(() => performance.now() % 20 < 5, { interval: 3 });
    }
  }
}

/** Ends a worker at once; one that was replaced may have gone by itself. */
function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** A refusal for now, or a connection that nginx closed in the moment in which it was used once more. */
function isPassing(error: unknown): boolean {
  return error instanceof CometError ? error.retryable : /^TypeError: (fetch failed|terminated)$/.test(String(error));
}

describe('nothing is lost, doubled or out of order', () => {
  it('while all that stands behind the address breaks, one after the other', async () => {
    const faults: readonly (() => Promise<unknown>)[] = [
      () => site.reload(),
      async () => (await site.comet.workerPids()).forEach(kill),
      () => site.redis.restart(),
      () => site.nginx.reload(),
      () => site.restart(),
    ];
    // Some on a connection that they share, one on its own.
    const clients = [comet, comet, site.client()];
    const readers = clients.map((client) => new Reader(client, KEYS, { after: { news: '0', weather: '0' } }));
    await Promise.all(readers.map((reader) => reader.live()));
    const publisher = new Publisher(comet);
    for (const fault of faults) {
      await fault();
      const count = publisher.written.length;
      await until(() => publisher.written.length > count + 5, { timeout: BACK_MS });
    }
    const written = await publisher.stop();
    const last = written.at(-1) as string;
    for (const reader of readers) {
      await until(() => KEYS.every((key) => reader.values(key).includes(last)), { timeout: BACK_MS });
      reader.close();
      for (const key of KEYS) expect(reader.values(key)).toEqual(written);
      expect(reader.missed).toEqual([]);
      expect(reader.errors.filter((error) => !isPassing(error))).toEqual([]);
      expect(reader.states.filter((state) => state === 'connecting').length).toBeGreaterThan(0);
    }
    await until(async () => (await site.figure('comet_waiters')) === 0);
  }, 300_000);

  it('while the connection falls silent', async () => {
    const proxy = await TcpProxy.start(site.nginx.port);
    const far = site.client({ heartbeat: SHORT_HEARTBEAT }, `http://127.0.0.1:${proxy.port}/`);
    const reader = new Reader(far, 'silent');
    await reader.live();
    // Where the first block was late it polls, and takes longer to find out.
    const before = reader.errors.length;
    proxy.silence();
    await comet.set('silent', 'unheard');
    await until(() => reader.errors.length > before, { timeout: 20_000 });
    expect(reader.errors[before]).toMatchObject({ code: 'SILENCE', status: 0, retryable: true });
    proxy.resume();
    expect(await reader.got('unheard')).toEqual(['unheard']);
    far.close();
    await proxy.stop();
  });
});
