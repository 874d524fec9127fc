import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Comet, CometError } from 'comet-cluster/client';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { Reader } from './reader.ts';
import { HEARTBEAT, Site } from './site.ts';

const KEYS = ['news', 'weather'];

let site: Site;
let comet: Comet;

beforeAll(async () => {
  site = await Site.start();
  comet = site.client();
}, 60_000);

afterAll(async () => {
  await site?.stop();
});

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
      await Promise.all(KEYS.map((key) => client.set(key, value)));
      this.written.push(value);
      await until(() => performance.now() % 20 < 5, { interval: 3 });
    }
  }
}

describe('nothing is lost, doubled or out of order', () => {
  it('while all that stands behind the address breaks, one after the other', async () => {
    const faults: readonly (() => Promise<unknown>)[] = [
      () => site.reload(),
      async () => (await site.comet.workerPids()).map((pid) => process.kill(pid, 'SIGKILL')),
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
      await until(() => publisher.written.length > count + 5, { timeout: 20_000 });
    }
    const written = await publisher.stop();
    const last = written.at(-1) as string;
    for (const reader of readers) {
      await until(() => KEYS.every((key) => reader.values(key).includes(last)), { timeout: 15_000 });
      reader.close();
      for (const key of KEYS) expect(reader.values(key)).toEqual(written);
      expect(reader.missed).toEqual([]);
      expect(reader.errors.filter((error) => !(error instanceof CometError && error.retryable))).toEqual([]);
      expect(reader.states.filter((state) => state === 'connecting').length).toBeGreaterThan(0);
    }
    await until(async () => (await site.figure('comet_waiters')) === 0);
  }, 150_000);

  it('while the connection falls silent', async () => {
    const proxy = await TcpProxy.start(site.nginx.port);
    const far = site.client({ heartbeat: HEARTBEAT / 3 }, `http://127.0.0.1:${proxy.port}/`);
    const reader = new Reader(far, 'silent');
    await reader.live();
    proxy.silence();
    await comet.set('silent', 'unheard');
    await until(() => reader.errors.length > 0);
    expect(reader.errors[0]).toMatchObject({ code: 'SILENCE', status: 0, retryable: true });
    proxy.resume();
    expect(await reader.got('unheard')).toEqual(['unheard']);
    far.close();
    await proxy.stop();
  }, 30_000);
});
