import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient, type ReceivedEvent } from '../support/event-client.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { scrape } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const KEY = 'publish-key-of-the-event-stream-test';
const DRAIN = ['--drain-seconds', '2'];
const KEYS = ['news', 'weather'] as const;

interface SeveralAnswer {
  readonly cursor: string;
  readonly moved?: readonly {
    readonly key: string;
    readonly recovered: boolean;
    readonly entries: readonly { readonly value: string }[];
  }[];
}

let redis: RedisServer;
let comet: CometProcess;
let nginx: Nginx;
let directory: string;
let pidFile: string;

/** Two workers on a Redis that keeps what it took, and a real nginx on the config as it was printed. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'comet-events-'));
  pidFile = join(directory, 'pid');
  redis = await RedisServer.start({ config: { appendonly: 'yes', appendfsync: 'always' } });
  const flags = { 'redis-url': redis.url, 'publish-key': KEY, 'sign-secret': KEY, 'pid-file': pidFile };
  comet = await CometProcess.start({
    flags: { ...flags, 'drain-seconds': 2, 'events-heartbeat': 0.5, 'history-size': 200 },
  });
  const port = await freePort();
  const printed = await runComet([
    'nginx',
    '--full',
    ...['--port', String(comet.port()), '--workers', '2', ...DRAIN],
    ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'],
  ]);
  nginx = await Nginx.start(printed.stdout, { port });
});

afterAll(async () => {
  await nginx?.stop();
  await comet?.stop();
  await redis?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Comes back as an EventSource does: at once here, with the last event id, on whatever worker nginx chooses. */
class Page {
  readonly events: ReceivedEvent[] = [];
  connections = 0;
  /** Statuses other than 200, at which an EventSource would give up for ever. */
  readonly fatal: number[] = [];
  #client: EventClient | null = null;
  #beats = 0;
  #id = '';
  #closed = false;

  async run(): Promise<void> {
    while (!this.#closed) {
      const headers = { accept: 'text/event-stream', ...(this.#id === '' ? {} : { 'last-event-id': this.#id }) };
      const query = KEYS.map((key) => `key=${key}`).join('&');
      const client = await EventClient.open(nginx.port, `/events?${query}`, { headers });
      this.#client = client;
      this.connections++;
      if (client.status !== 200) this.fatal.push(client.status);
      await until(() => client.state !== 'open' || this.#closed, { timeout: 60_000, interval: 2 });
      client.close();
      // A stream that was refused gave none: the last one stays.
      if (client.lastEventId !== '') this.#id = client.lastEventId;
      // From here on what it brought is counted as that of the page.
      this.#client = null;
      this.#beats += client.beats;
      this.events.push(...client.events);
    }
  }

  close(): void {
    this.#closed = true;
  }

  /** Heartbeats in all its connections. */
  get beats(): number {
    return this.#beats + (this.#client?.beats ?? 0);
  }

  /** Values of a key in all its connections. */
  values(key: string): unknown[] {
    const all = [...this.events, ...(this.#client?.events ?? [])];
    return all.filter(({ type, data }) => type === 'entry' && data.key === key).map(({ data }) => data.value);
  }
}

/** Sets until it is taken, with an id: written once. */
async function set(key: string, value: string): Promise<void> {
  await until(
    async () => {
      const form = { key, value, id: value };
      const answer = await post(nginx.port, '/set', { form, headers: { authorization: `Bearer ${KEY}` } });
      return answer.status === 200;
    },
    { interval: 20, timeout: 30_000, message: `a /set of ${key} to be taken` },
  );
}

async function figure(name: string): Promise<number> {
  const line = new RegExp(`^${name.replaceAll(/[{}"]/g, '\\$&')} (\\d+)$`, 'm').exec(await scrape(comet));
  return Number(line?.[1] ?? Number.NaN);
}

describe('event streams through nginx', () => {
  it('come at once, one event as it happens', async () => {
    const client = await EventClient.open(nginx.port, '/events?key=live&after=0');
    expect(client.headers['content-type']).toBe('text/event-stream');
    const times: number[] = [];
    for (let value = 0; value < 5; value++) {
      const before = performance.now();
      await set('live', String(value));
      await client.received(value + 1);
      times.push(performance.now() - before);
    }
    // A proxy that keeps them back keeps back each of them; a machine that stands still for a while does not.
    expect(Math.min(...times)).toBeLessThan(3_000);
    await until(() => client.beats > 0);
    client.close();
    // nginx closes its side when the client does: nothing is left over.
    await until(async () => (await figure('comet_streams')) === 0);
  });

  it('give every entry once and in order while the server is reloaded and Redis restarted under them', async () => {
    const pages = Array.from({ length: 8 }, () => new Page());
    const running = pages.map((page) => page.run());
    await until(async () => (await figure('comet_streams')) === pages.length);
    const written = new Map<string, string[]>(KEYS.map((key) => [key, []]));
    let publishing = true;
    const publish = async (key: string) => {
      for (let count = 0; publishing; count++) {
        await set(key, `${key}-${count}`);
        written.get(key)?.push(`${key}-${count}`);
        await until(() => performance.now() % 20 < 5, { interval: 3 });
      }
    };
    const publishers = KEYS.map(publish);
    expect((await runComet(['reload', '--pid-file', pidFile, ...DRAIN])).code).toBe(0);
    await redis.restart();
    const count = written.get('news')?.length ?? 0;
    await until(() => (written.get('news')?.length ?? 0) > count + 5, { timeout: 20_000 });
    const moved = () => pages.every((page) => page.connections > 1);
    await until(moved, { timeout: 20_000, message: 'the old workers to end their streams' });
    publishing = false;
    await Promise.all(publishers);
    const all = () =>
      pages.every((page) => KEYS.every((key) => page.values(key).length >= (written.get(key)?.length ?? 0)));
    await until(all, { timeout: 15_000, message: 'every entry to come' });
    await until(() => pages.every(({ beats }) => beats > 0), { message: 'a heartbeat for each page' });
    for (const page of pages) page.close();
    await Promise.all(running);
    for (const page of pages) {
      for (const key of KEYS) expect(page.values(key)).toEqual(written.get(key));
      expect(page.events.filter(({ type }) => type === 'missed')).toEqual([]);
      expect(page.fatal).toEqual([]);
    }
    await until(async () => (await figure('comet_stream_ends_total{end="drain"}')) >= pages.length);
    await until(async () => (await figure('comet_waiters')) === 0);
    await until(async () => (await figure('comet_streams')) === 0);
  }, 120_000);

  it('are told within a moment that a worker was killed, and go on with what came meanwhile', async () => {
    const page = new Page();
    const running = page.run();
    await until(async () => (await figure('comet_streams')) === 1);
    const start = page.values('news').length;
    for (const pid of await comet.workerPids()) process.kill(pid, 'SIGKILL');
    await set('news', 'after-death');
    await until(() => page.values('news').length > start && page.values('news').at(-1) === 'after-death', {
      timeout: 15_000,
    }).finally(() => page.close());
    await running;
    expect(page.connections).toBeGreaterThanOrEqual(2);
    // The one that delivered may have been the first to come back.
    await until(() => comet.isReady(), { timeout: 30_000, message: 'both workers to be back' });
  }, 120_000);
});

describe('polls of several keys through nginx', () => {
  it('give every entry of each once and in order, on whatever worker they come to', async () => {
    const keys = ['several-a', 'several-b', 'several-c'];
    const seen = new Map<string, string[]>(keys.map((key) => [key, []]));
    const missed: string[] = [];
    let cursor = '0,0,0';
    let polls = 0;
    const total = () => [...seen.values()].reduce((sum, values) => sum + values.length, 0);
    const follow = async () => {
      while (total() < 90) {
        const query = keys.map((key) => `key=${key}`).join('&');
        const answer = await get(nginx.port, `/get?${query}&all=1&after=${cursor}&timeout=5`);
        // Told to come back.
        if (answer.status === 503) continue;
        const { moved = [], ...rest } = answer.json<SeveralAnswer>();
        cursor = rest.cursor;
        polls++;
        for (const { key, entries, recovered } of moved) {
          if (!recovered) missed.push(key);
          seen.get(key)?.push(...entries.map(({ value }) => value));
        }
      }
    };
    const following = follow();
    const publish = async (key: string) => {
      for (let count = 0; count < 30; count++) await set(key, `${key}-${count}`);
    };
    await Promise.all(keys.map(publish));
    await following;
    for (const key of keys) {
      expect(seen.get(key)).toEqual(Array.from({ length: 30 }, (_, count) => `${key}-${count}`));
    }
    expect(missed).toEqual([]);
    expect(polls).toBeGreaterThan(3);
    await until(async () => (await figure('comet_waiters')) === 0);
  });
});
