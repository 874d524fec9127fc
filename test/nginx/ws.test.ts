import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { WebSocketClient } from '../support/web-socket-client.ts';

const PUBLISH_KEY = 'publish-key-of-the-web-socket-test';
const PUBLISHER = { authorization: `Bearer ${PUBLISH_KEY}` };

let redis: RedisServer;
let comet: CometProcess;
let nginx: Nginx;

/** Two workers on Redis, and a real nginx that runs, unedited, what `comet nginx --full` printed. */
beforeAll(async () => {
  redis = await RedisServer.start();
  const flags = {
    'redis-url': redis.url,
    'publish-key': PUBLISH_KEY,
    'trusted-proxies': '127.0.0.0/8',
    'redis-timeout': 8,
    'drain-seconds': 2,
    'events-heartbeat': 2,
    // More than is set while a client that stands still comes back.
    'history-size': 10_000,
  };
  comet = await CometProcess.start({ flags });
  const port = await freePort();
  const { stdout } = await runComet([
    'nginx',
    '--full',
    ...['--port', String(comet.port()), '--workers', '2', '--drain-seconds', '2', '--publish-key', PUBLISH_KEY],
    ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'],
  ]);
  nginx = await Nginx.start(stdout, { port });
});

afterAll(async () => {
  await nginx?.stop();
  await comet?.stop();
  await redis?.stop();
});

/** Gives the cursor of the entry. Refused for the time being, it is sent again with the same id: written once. */
async function set(key: string, value: string): Promise<string> {
  const form = { key, value, id: randomUUID() };
  const answer = await until(
    async () => {
      const tried = await post(nginx.port, '/set', { form, headers: PUBLISHER });
      return tried.status === 503 ? null : tried;
    },
    { interval: 50, message: `a /set of ${key} to be taken` },
  );
  expect(answer.status).toBe(200);
  return answer.json<{ cursor: string }>().cursor;
}

async function figure(name: string): Promise<number> {
  const { body } = await get(comet.adminPort, '/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
}

/** A client that opens another WebSocket whenever one ends, and goes on by its cursors. */
class Returning {
  readonly values: unknown[] = [];
  readonly faults: unknown[] = [];
  readonly codes: number[] = [];
  #client: WebSocketClient | null = null;
  #stopped = false;

  async run(key: string): Promise<void> {
    for (let cursor = '0'; !this.#stopped; ) {
      const client = await WebSocketClient.open(nginx.port).catch(() => null);
      if (client === null) continue;
      this.#client = client;
      await client.subscribe({ [key]: cursor }).catch(() => null);
      await until(() => client.closed !== null || this.#stopped, { timeout: 60_000 });
      client.close();
      if (client.closed !== null) this.codes.push(client.closed.code);
      this.values.push(...client.values(key));
      this.faults.push(...client.of('missed'), ...client.of('refused'));
      cursor = String(client.of('entry').at(-1)?.cursor ?? cursor);
    }
  }

  /** Whether the connection that it has now has brought this value. */
  has(key: string, value: string): boolean {
    return this.#client?.values(key).includes(value) === true || this.values.includes(value);
  }

  stop(): void {
    this.#stopped = true;
  }
}

describe('a WebSocket behind nginx', () => {
  it('is opened, on both workers, and gives what any worker is given', async () => {
    const clients = await Promise.all(Array.from({ length: 8 }, () => WebSocketClient.open(nginx.port)));
    for (const client of clients) await client.subscribe({ 'nws:a': '0' });
    const connections = await Promise.all(
      comet.ports.map((port) => get(port, '/metrics').then(({ status }) => status)),
    );
    expect(connections).toEqual([404, 404]);
    // A worker that is late for a scrape is shown as it was at the one before.
    await until(async () => (await figure('comet_websockets')) === 8);
    const cursor = await set('nws:a', 'one');
    for (const client of clients) expect(await client.received('entry', 1)).toMatchObject([{ value: 'one', cursor }]);
    await until(() => clients.every(({ pings }) => pings >= 1));
    for (const client of clients) client.close();
    await until(async () => (await figure('comet_websockets')) === 0);
  });

  it('publishes, with the publish key that nginx passes on', async () => {
    const client = await WebSocketClient.open(nginx.port, { headers: PUBLISHER });
    await client.subscribe({ 'nws:pub': '0' });
    expect(await client.ask({ type: 'publish', key: 'nws:pub', value: 'x' })).toMatchObject({ error_code: 0 });
    await client.received('entry', 1);
    client.close();
  });

  it('is for pages of the host that they asked nginx for', async () => {
    const own = await WebSocketClient.open(nginx.port, { headers: { origin: `http://127.0.0.1:${nginx.port}` } });
    own.close();
    const { status, json } = await WebSocketClient.refusal(nginx.port, { headers: { origin: 'http://127.0.0.1' } });
    expect([status, json.error]).toEqual([403, 'ORIGIN_NOT_ALLOWED']);
  });

  it('is told by a plain request what it is for', async () => {
    expect((await get(nginx.port, '/ws')).status).toBe(426);
  });

  it('ends when its worker is replaced, and its clients lose nothing', async () => {
    const clients = Array.from({ length: 6 }, () => new Returning());
    const runs = clients.map((client) => client.run('nws:reload'));
    await until(async () => (await figure('comet_websockets')) === 6);
    const before = await comet.workerPids();
    comet.signal('SIGHUP');
    const written: string[] = [];
    const replaced = async () => {
      const now = await comet.workerPids();
      return now.length === 2 && now.every((pid) => !before.includes(pid));
    };
    while (!(await replaced())) {
      written.push(String(written.length));
      await set('nws:reload', written.at(-1) as string);
    }
    await set('nws:reload', 'last');
    await until(async () => (await figure('comet_websockets')) >= 6);
    await until(() => clients.every((client) => client.has('nws:reload', 'last')), { message: 'the last to come' });
    for (const client of clients) client.stop();
    await Promise.all(runs);
    for (const { values, faults, codes } of clients) {
      expect(faults).toEqual([]);
      expect(codes).toContain(1012);
      expect(codes.filter((code) => code !== 1012)).toEqual([]);
      expect(values).toEqual([...written, 'last']);
    }
  });
});
