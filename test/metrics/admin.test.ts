import { once } from 'node:events';
import { Agent } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { Health } from '../../src/engine/engine.ts';
import { AdminServer, type AdminServerOptions } from '../../src/http/admin.ts';
import { render, Wire } from '../http/wire.ts';
import { get, post, raw } from '../support/http-client.ts';
import { until } from '../support/until.ts';

const servers: AdminServer[] = [];

async function start(options: Partial<AdminServerOptions> = {}): Promise<AdminServer> {
  const server = new AdminServer({
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    metrics: async () => ({ text: 'comet_waiters 1\n', contentType: 'text/plain; version=0.0.4' }),
    health: () => ({ ready: true }),
    ...options,
  });
  servers.push(server);
  await server.start();
  return server;
}

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

describe('the admin server', () => {
  it('gives the metrics in their content type, whatever the query', async () => {
    const { port } = await start();
    for (const path of ['/metrics', '/metrics?instance=1']) {
      const answer = await get(port, path);
      expect(answer.status).toBe(200);
      expect(answer.body).toBe('comet_waiters 1\n');
      expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4');
      expect(answer.headers['content-length']).toBe('16');
      expect(answer.headers['cache-control']).toBe('no-store');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('says that it is alive, and whether the server is ready and why not', async () => {
    let health: Health = { ready: true };
    const { port } = await start({ health: () => health });
    expect((await get(port, '/readyz')).json()).toEqual({ error_code: 0 });
    health = { ready: false, reason: 'worker 1: Redis is away' };
    const unready = await get(port, '/readyz');
    expect(unready.status).toBe(503);
    expect(unready.headers['retry-after']).toBe('1');
    expect(unready.json()).toEqual({
      error_code: 104,
      error: 'NO_WORKER',
      message: 'worker 1: Redis is away',
    });
    const alive = await get(port, '/healthz');
    expect([alive.status, alive.json()]).toEqual([200, { error_code: 0 }]);
  });

  it('knows no other path and no other method', async () => {
    const { port } = await start();
    for (const path of ['/', '/metric', '/metrics/', '//metrics', '/get?key=a']) {
      const answer = await get(port, path);
      expect([answer.status, answer.json().error]).toEqual([404, 'NOT_FOUND']);
    }
    const agent = new Agent({ keepAlive: true });
    const answer = await post(port, '/metrics', { body: 'x'.repeat(100_000), agent });
    expect([answer.status, answer.json().error_code]).toEqual([405, 50]);
    expect(answer.headers.allow).toBe('GET, HEAD');
    expect(answer.headers.connection).toBe('close');
    agent.destroy();
    const head = await get(port, '/metrics', { method: 'HEAD' });
    expect([head.status, head.headers['content-length'], head.body]).toEqual([200, '16', '']);
  });

  it('answers a scrape that fails with 500, and the next one as ever', async () => {
    let fail = true;
    const { port } = await start({
      metrics: async () => {
        if (fail) throw new Error('no figures');
        return { text: 'comet_waiters 2\n', contentType: 'text/plain' };
      },
    });
    const failed = await get(port, '/metrics');
    expect([failed.status, failed.json().error]).toEqual([500, 'INTERNAL']);
    expect(failed.body).not.toContain('no figures');
    fail = false;
    expect((await get(port, '/metrics')).body).toBe('comet_waiters 2\n');
  });

  it('survives a health that throws', async () => {
    const { port } = await start({
      health: () => {
        throw new Error('defect');
      },
    });
    expect((await get(port, '/readyz')).status).toBe(500);
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  it('collects once for all the scrapes that wait', async () => {
    let collected = 0;
    const { promise, resolve } = withResolver();
    const { port } = await start({
      metrics: async () => {
        collected++;
        await promise;
        return { text: 'comet_waiters 3\n', contentType: 'text/plain' };
      },
    });
    const scrapes = Array.from({ length: 10 }, () => Wire.open(port));
    for (const scrape of await Promise.all(scrapes)) scrape.send(render('/metrics'));
    // Once what was sent after them is answered they were read.
    expect((await get(port, '/readyz')).status).toBe(200);
    resolve();
    for (const scrape of await Promise.all(scrapes)) {
      expect((await scrape.answer()).body).toBe('comet_waiters 3\n');
      scrape.destroy();
    }
    expect(collected).toBe(1);
  });

  it('closes a connection with requests behind one that is not answered, of which thousands fit into a packet', async () => {
    let collected = 0;
    const { port } = await start({
      metrics: () => {
        collected++;
        return new Promise(() => {});
      },
    });
    const wire = await Wire.open(port);
    wire.send(render('/metrics').repeat(1000));
    await until(() => wire.ended || wire.closed);
    wire.destroy();
    expect(collected).toBe(1);
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  it('refuses a head that is too large', async () => {
    const { port } = await start();
    const answer = await raw(port, `GET /healthz HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(10_000)}\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 431 /);
    expect((await get(port, '/healthz')).status).toBe(200);
  });

  it('listens on IPv6', async () => {
    const { port } = await start({ host: '::1' });
    expect((await get(port, '/healthz', { host: '::1' })).status).toBe(200);
  });

  it.each(['127.0.0.1', '::1'])('names the address and the option when %s has the port taken', async (host) => {
    const other = createServer().listen(0, host);
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    const where = host === '::1' ? `[::1]:${port}` : `127.0.0.1:${port}`;
    await expect(start({ host, port })).rejects.toThrow(
      `${where} is in use by another program; choose another admin-port`,
    );
    await new Promise((resolve) => other.close(resolve));
  });

  it('names the option when the address is not of this machine', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow(/192\.0\.2\.1.*choose another admin-host/);
  });

  it('ends with an idle connection open, and with a scrape under way that never ends', async () => {
    const agent = new Agent({ keepAlive: true });
    const { promise: scraping, resolve } = withResolver();
    const { port } = await start({
      metrics: () => {
        resolve();
        return new Promise(() => undefined);
      },
    });
    await get(port, '/healthz', { agent });
    const stuck = get(port, '/metrics').catch((error: NodeJS.ErrnoException) => error.code);
    await scraping;
    await Promise.all([servers[0]?.stop(), servers[0]?.stop()]);
    expect(await stuck).toBe('ECONNRESET');
    await expect(get(port, '/healthz')).rejects.toThrow('ECONNREFUSED');
    agent.destroy();
  });
});

function withResolver(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
