/** Clients that send too much, or half: each is turned away in time, and the others notice nothing. */
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { render, Wire } from '../http/wire.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { Target } from './target.ts';

const FORM = 'Content-Type: application/x-www-form-urlencoded';
const POST = { method: 'POST', headers: [FORM] };

describe('a client', () => {
  let target: Target;
  beforeAll(async () => {
    target = await Target.startSmall(64);
  });
  afterAll(() => target.stop());

  it('that sends a body in single bytes takes no more memory than its body', async () => {
    const wires = await Promise.all(Array.from({ length: 10 }, () => Wire.open(target.port)));
    for (const wire of wires) {
      wire.send(render('/get', { method: 'POST', headers: [FORM, 'Transfer-Encoding: chunked'] }));
      wire.send('1\r\nx\r\n'.repeat(200_000));
    }
    for (const wire of wires) wire.send('0\r\n\r\n');
    for (const wire of wires) {
      expect((await wire.answer()).json).toMatchObject({ error: 'PARAMETER_MISSING' });
      wire.destroy();
    }
    expect(await target.figure('comet_worker_restarts_total')).toBe(0);
  });

  it('cannot have a request kept in memory by the key that stands in it', async () => {
    const wires: Wire[] = [];
    for (let count = 0; count < 500; count++) {
      const wire = await Wire.open(target.port);
      wire.send(render('/get', { ...POST, body: `key=abuse:kept:${count}:of:some:length&_=${'x'.repeat(200_000)}` }));
      wires.push(wire);
    }
    await until(async () => (await target.figure('comet_waiters')) === 500, { interval: 50 });
    for (const wire of wires) wire.destroy();
    await until(async () => (await target.figure('comet_waiters')) === 0, { interval: 50 });
    // All of these keys linger; with what they came in they would take 100 MB, and the worker's life.
    expect(await target.figure('comet_keys_watched')).toBeGreaterThanOrEqual(500);
    expect(await target.figure('comet_worker_restarts_total')).toBe(0);
  });

  it.each([
    ['content type', '/get', (many: string) => `Content-Type: application/json;${many}x`],
    ['key', '/set', (many: string) => `${FORM}\r\nAuthorization: Bearer ${many}x`],
    ['origin', '/get', (many: string) => `${FORM}\r\nOrigin: http://${many.replaceAll(' ', ':')}x`],
    ['address', '/get', (many: string) => `${FORM}\r\nX-Forwarded-For: ${many.replaceAll(' ', ',')}x`],
  ])('cannot stall a worker with a %s that takes long to match', async (_, path, line) => {
    const headers = [line(' '.repeat(15_000))];
    const request = render(path, { method: 'POST', headers, body: 'key=stall&value=v&timeout=0' });
    const start = await target.cpuMs();
    for (let count = 0; count < 10; count++) {
      expect([200, 401, 415]).toContain((await Wire.ask(target.port, request)).status);
    }
    expect((await target.cpuMs()) - start).toBeLessThan(1_500);
  });

  it('that floods heads is told what is too large', async () => {
    const [headers, urls] = [await target.refused('header_size'), await target.refused('url_size')];
    const flood = 'X-Flood: x\r\n'.repeat(100_000);
    for (let count = 0; count < 20; count++) {
      const head = await Wire.ask(target.port, `GET /healthz HTTP/1.1\r\nHost: a\r\n${flood}`);
      expect([head.status, head.json.error]).toEqual([431, 'HEADERS_TOO_LARGE']);
      const url = await Wire.ask(target.port, `GET /${'x'.repeat(1_000_000)}`);
      expect([url.status, url.json.error]).toEqual([414, 'URL_TOO_LONG']);
    }
    const body = await Wire.ask(
      target.port,
      `${render('/get', { ...POST, body: '' }).replace('h: 0', 'h: 9999999999')}x`,
    );
    expect([body.status, body.json.error]).toEqual([413, 'BODY_TOO_LARGE']);
    expect(await target.refused('header_size')).toBe(headers + 20);
    expect(await target.refused('url_size')).toBe(urls + 20);
  });

  it('that floods trailers or chunk extensions is cut', async () => {
    const head = render('/get?key=a&timeout=0', { method: 'POST', headers: [FORM, 'Transfer-Encoding: chunked'] });
    for (const flood of [`0\r\n${'X-Flood: x\r\n'.repeat(100_000)}`, `1;${'x'.repeat(1_000_000)}`]) {
      const wire = await Wire.open(target.port);
      wire.send(head + flood);
      expect((await wire.answer()).status).toBeGreaterThanOrEqual(400);
      await wire.end();
      wire.destroy();
    }
  });

  it('that closes its half has given up its poll', async () => {
    const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.open(target.port)));
    for (const wire of wires) wire.send(render('/get?key=abuse:half&after=0'));
    await until(async () => (await target.figure('comet_waiters')) === 20);
    for (const wire of wires) wire.socket.end();
    await until(async () => (await target.figure('comet_waiters')) === 0);
    for (const wire of wires) await wire.end();
    expect(wires.map((wire) => wire.rest).join('')).toBe('');
    for (const wire of wires) wire.destroy();
  });

  it('that sends polls ahead has one at a time, and is cut when they are too many', async () => {
    const ahead = await Wire.open(target.port);
    ahead.send(render('/get?key=abuse:ahead&after=0').repeat(10));
    const flood = await Wire.open(target.port);
    flood.send(render('/get?key=abuse:ahead&after=0').repeat(1_000));
    await flood.end();
    await until(async () => (await target.figure('comet_waiters')) === 1);
    await target.set('abuse:ahead', 'v');
    for (let count = 0; count < 10; count++) expect((await ahead.answer()).json).toMatchObject({ value: 'v' });
    flood.destroy();
    ahead.destroy();
  });

  it('that connects, polls and resets, 10,000 times, leaves nothing', async () => {
    const poll = render('/get?key=abuse:reset&after=0');
    let left = 10_000;
    const attack = async () => {
      while (left-- > 0) {
        await new Promise<void>((resolve) => {
          const socket = connect(target.port, '127.0.0.1', () => {
            // Some before they have said all, some as soon as they have, some a little later.
            const kind = left % 3;
            socket.write(kind === 0 ? poll.slice(0, 40) : poll);
            if (kind === 2) setImmediate(() => socket.resetAndDestroy());
            else socket.resetAndDestroy();
          });
          socket.once('error', () => resolve());
          socket.once('close', () => resolve());
        });
      }
    };
    await Promise.all(Array.from({ length: 50 }, attack));
    await until(async () => (await target.figure('comet_waiters')) === 0);
    expect((await get(target.port, '/healthz')).status).toBe(200);
    await target.recovered();
  });
});
