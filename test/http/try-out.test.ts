import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CATALOGUE, type ErrorCode } from '../../src/errors.ts';
import { get, post } from '../support/http-client.ts';
import { Wire } from './wire.ts';
import { World } from './world.ts';

describe('try-out mode', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ publishKey: [], signSecret: [] });
  });
  afterAll(() => world.stop());

  function ask(...headers: string[]) {
    return Wire.ask(world.port, `GET /get?key=try:none&timeout=0 HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  }

  it('is open', async () => {
    expect((await post(world.port, '/set', { form: { key: 'try:key', value: 'v' } })).status).toBe(200);
    expect((await get(world.port, '/get?key=try:key')).json()).toMatchObject({ value: 'v' });
    expect((await post(world.port, '/push', { form: { uid: 'try', value: 'v' } })).status).toBe(200);
    expect((await get(world.port, '/?uid=try')).body).toBe('v');
    expect((await get(world.port, '/?timeout=0')).status).toBe(404);
  });

  it.each(['localhost', 'LocalHost:8885', '127.0.0.1', '127.0.0.1:1', '127.8.9.10:8885', '[::1]', '[::1]:8885'])(
    'answers under the name %s',
    async (host) => {
      expect((await ask(`Host: ${host}`)).status).toBe(200);
    },
  );

  it.each(['http://localhost', 'http://localhost:3000', 'https://127.0.0.1:8443', 'http://[::1]:8885'])(
    'answers pages of %s',
    async (origin) => {
      expect((await ask('Host: localhost', `Origin: ${origin}`)).status).toBe(200);
    },
  );

  it.each([
    ['Host: example.org', 'HOST_FORBIDDEN'],
    ['Host: localhost.example.org', 'HOST_FORBIDDEN'],
    ['Host: 127.0.0.1.example.org', 'HOST_FORBIDDEN'],
    ['Host: 127.0.0.1example.org', 'HOST_FORBIDDEN'],
    ['Host: 10.0.0.1', 'HOST_FORBIDDEN'],
    ['Host: 0.0.0.0', 'HOST_FORBIDDEN'],
    ['Host: 127.1', 'HOST_FORBIDDEN'],
    ['Host: [::ffff:10.0.0.1]', 'HOST_FORBIDDEN'],
    ['Host: example.org@localhost', 'HOST_FORBIDDEN'],
    ['Host: localhost:80@example.org', 'HOST_FORBIDDEN'],
    ['Host:', 'HOST_FORBIDDEN'],
    ['Origin: http://example.org', 'ORIGIN_FORBIDDEN'],
    ['Origin: null', 'ORIGIN_FORBIDDEN'],
    ['Origin:', 'ORIGIN_FORBIDDEN'],
    ['Origin: http://localhost.example.org', 'ORIGIN_FORBIDDEN'],
    ['Origin: http://localhost:80@example.org', 'ORIGIN_FORBIDDEN'],
    ['Origin: file://', 'ORIGIN_FORBIDDEN'],
    ['Sec-Fetch-Site: cross-site', 'ORIGIN_FORBIDDEN'],
    ['X-Real-IP: 127.0.0.1', 'PROXY_FORBIDDEN'],
    ['X-Forwarded-For: 127.0.0.1', 'PROXY_FORBIDDEN'],
    ['x-forwarded-for:', 'PROXY_FORBIDDEN'],
    ['X-Forwarded-Proto: https', 'PROXY_FORBIDDEN'],
    ['X-Scheme: https', 'PROXY_FORBIDDEN'],
    ['Forwarded: for=127.0.0.1', 'PROXY_FORBIDDEN'],
    ['X-Forwarded-Server: example.org', 'PROXY_FORBIDDEN'],
    ['Via: 1.1 proxy', 'PROXY_FORBIDDEN'],
  ] as const)('refuses a request with "%s"', async (header, code: ErrorCode) => {
    const before = world.meters.refused.values.try_out;
    const answer = await (header.startsWith('Host') ? ask(header) : ask('Host: localhost', header));
    expect(answer.status).toBe(403);
    expect(answer.json).toEqual({ error_code: CATALOGUE[code].number, error: code, message: CATALOGUE[code].message });
    expect(world.meters.refused.values.try_out - before).toBe(1);
  });

  it('refuses on every path, before anything else', async () => {
    for (const path of ['/', '/set', '/healthz', '/nothing']) {
      const answer = await get(world.port, path, { headers: { host: 'example.org' } });
      expect(answer.json()).toMatchObject({ error: 'HOST_FORBIDDEN' });
    }
  });

  it('refuses what a proxy says that adds nothing', async () => {
    const answer = await Wire.ask(world.port, 'GET /healthz HTTP/1.0\r\nHost: localhost\r\n\r\n');
    expect(answer.json).toMatchObject({ error: 'PROXY_FORBIDDEN' });
  });

  it('refuses what was sent to a proxy', async () => {
    const answer = await Wire.ask(world.port, 'GET http://localhost/healthz HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect(answer.json).toMatchObject({ error: 'PROXY_FORBIDDEN' });
  });

  it('is left as soon as there is one secret', async () => {
    const half = await World.start({ signSecret: [] });
    const headers = { host: 'example.org', origin: 'http://example.org', 'x-real-ip': '10.0.0.1' };
    expect((await get(half.port, '/get?key=a&timeout=0', { headers })).status).toBe(200);
    await half.stop();
  });
});

/** A page that a development server had on localhost asked 127.0.0.1, as the start prints it: 403, though it was named. */
describe('try-out mode with named origins', () => {
  const NAMED = ['http://localhost:3000', 'http://page.example'];
  const FOREIGN = 'Sec-Fetch-Site: cross-site';
  let world: World;
  beforeAll(async () => {
    world = await World.start({ publishKey: [], signSecret: [], corsOrigin: [...NAMED, '*'] });
  });
  afterAll(() => world.stop());

  function ask(method: string, path: string, ...headers: string[]) {
    return Wire.ask(world.port, `${method} ${path} HTTP/1.1\r\n${headers.join('\r\n')}\r\n\r\n`);
  }

  it.each(NAMED)('answers pages of %s, whatever their browser takes for one site', async (origin) => {
    const headers = ['Host: 127.0.0.1', `Origin: ${origin}`, FOREIGN];
    const answer = await ask('GET', '/get?key=try:none&timeout=0', ...headers);
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([200, origin]);
    expect((await ask('OPTIONS', '/set', ...headers, 'Access-Control-Request-Method: POST')).status).toBe(204);
  });

  it.each([
    ['a page that is not named', 'ORIGIN_FORBIDDEN', ['Host: localhost', 'Origin: http://other.example']],
    [
      'a page of this machine that is not named',
      'ORIGIN_FORBIDDEN',
      ['Host: localhost', 'Origin: http://localhost:1', FOREIGN],
    ],
    [
      'a script, which tells no origin',
      'ORIGIN_FORBIDDEN',
      ['Host: localhost', 'Referer: http://localhost:3000/', FOREIGN],
    ],
    ['the origin *', 'ORIGIN_FORBIDDEN', ['Host: localhost', 'Origin: *']],
    ['a named page under a foreign name', 'HOST_FORBIDDEN', ['Host: page.example', 'Origin: http://page.example']],
    [
      'a named page behind a proxy',
      'PROXY_FORBIDDEN',
      ['Host: localhost', 'Origin: http://page.example', 'Via: 1.1 a'],
    ],
  ])('refuses %s', async (_, code, headers) => {
    const answer = await ask('GET', '/get?key=try:none&timeout=0', ...headers);
    expect([answer.status, answer.json]).toEqual([403, expect.objectContaining({ error: code })]);
  });
});
