import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Comet } from 'comet-cluster/client';
import { post } from '../support/http-client.ts';
import { Reader } from './reader.ts';
import { KEY, Site } from './site.ts';

let site: Site;
const servers: Server[] = [];

beforeAll(async () => {
  site = await Site.start();
});

afterAll(async () => {
  await site?.stop();
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** Something between client and server that spoils answers. Gives its address. */
async function between(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

/** Passes a form on to the server, whose answer it gives. */
async function pass(request: Parameters<RequestListener>[0], path = request.url ?? '') {
  let text = '';
  for await (const chunk of request) text += chunk;
  const form = Object.fromEntries(new URLSearchParams(text));
  return post(site.nginx.port, path, { form, headers: { authorization: request.headers.authorization ?? '' } });
}

describe('publishing', () => {
  it('sets once, however often the answer was lost', async () => {
    const client = site.client();
    const reader = new Reader(client, 'once', { after: { once: '0' } });
    await reader.live();
    let tries = 0;
    const url = await between(async (request, response) => {
      const answer = await pass(request);
      // It was written, and nobody hears of it: first a broken connection, then a proxy that gave up.
      tries++;
      if (tries === 1) request.socket.destroy();
      else if (tries === 2) response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad Gateway</h1>');
      else response.end(answer.body);
    });
    const cursor = await new Comet(url, { token: KEY }).set('once', 'value');
    await client.set('once', 'after');
    expect(await reader.got('after')).toEqual(['value', 'after']);
    expect(tries).toBe(3);
    expect(reader.entries[0]?.cursor).toBe(cursor);
    reader.close();
  });

  it('waits as long as the server asks', async () => {
    const times: number[] = [];
    const url = await between((_, response) => {
      times.push(performance.now());
      if (times.length > 1) response.end('{"error_code":0,"cursor":"1-a"}');
      else response.writeHead(429, { 'retry-after': '1.5' }).end('{"error":"TOO_MANY_PUBLISHES","message":"later"}');
    });
    await new Comet(url).push('uid', 'value');
    expect((times[1] as number) - (times[0] as number)).toBeGreaterThanOrEqual(1490);
  });

  it('pushes once, and says so where that is not sure', async () => {
    let tries = 0;
    const url = await between((_, response) => {
      tries++;
      response.writeHead(503).end('{"error":"REDIS_TIMEOUT","message":"may have been done"}');
    });
    const refused = new Comet(url).push('uid', 'value');
    await expect(refused).rejects.toMatchObject({ status: 503, code: 'REDIS_TIMEOUT', retryable: true });
    expect(tries).toBe(1);
  });

  it('gives up in time, with the last refusal', async () => {
    // The time is over while it waits for its next try, and never in the middle of one: that would be no refusal.
    const later = { 'retry-after': '60' };
    const url = await between((_, response) => response.writeHead(503, later).end('{"message":"not now"}'));
    const refused = new Comet(url).set('key', 'value', { timeout: 4_000 });
    await expect(refused).rejects.toThrow('not now');
    const aborted = new Comet(url).set('key', 'value', { signal: AbortSignal.abort(new Error('enough')) });
    await expect(aborted).rejects.toThrow('enough');
  });

  it('is refused at once where it is not allowed, after a second look at the token', async () => {
    const asked: boolean[] = [];
    const token = async (refused: boolean) => {
      asked.push(refused);
      return refused ? KEY : 'expired';
    };
    await site.client({ token }).set('token', 'value');
    expect(asked).toEqual([false, true]);
    await expect(site.client({ token: 'wrong' }).set('token', 'value')).rejects.toMatchObject({ status: 401 });
    await expect(site.client().set('', 'value')).rejects.toMatchObject({ status: 400, code: 'PARAMETER_MISSING' });
  });

  it('keeps ttl, id and delete', async () => {
    const client = site.client();
    const cursor = await client.set('options', 'value', { ttl: 60, id: 'mine' });
    expect(await client.set('options', 'value', { ttl: 60, id: 'mine' })).toBe(cursor);
    await expect(client.set('options', 'other', { id: 'mine' })).rejects.toMatchObject({ code: 'ID_CONFLICT' });
    await client.delete('options');
    const answer = await post(site.nginx.port, '/get', { form: { key: 'options', timeout: '0' } });
    expect(answer.json()).toMatchObject({ error_code: 1 });
  });
});
