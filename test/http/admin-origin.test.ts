import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { get } from '../support/http-client.ts';
import { World } from './world.ts';

const ADMIN_PORT = 8880;
const TARGET = '/get?key=admin-origin:none&timeout=0';

let world: World;

beforeAll(async () => {
  world = await World.start({ adminPort: ADMIN_PORT, tokenCookie: 'session' });
});

afterAll(() => world.stop());

async function ask(origin: string, host: string, method = 'GET') {
  return await get(world.port, method === 'GET' ? TARGET : '/set', { method, headers: { origin, host } });
}

describe('the try-it page of the admin server', () => {
  it.each([
    ['http://127.0.0.1:8880', '127.0.0.1:8885'],
    ['http://localhost:8880', 'localhost:8885'],
    ['http://[::1]:8880', '[::1]:8885'],
  ])('reads answers, from %s to %s, and may send a key', async (origin, host) => {
    const { headers } = await ask(origin, host);
    expect(headers['access-control-allow-origin']).toBe(origin);
    const preflight = await ask(origin, host, 'OPTIONS');
    expect([preflight.status, preflight.headers['access-control-allow-origin']]).toEqual([204, origin]);
  });

  it('never sends cookies', async () => {
    const { headers } = await ask('http://127.0.0.1:8880', '127.0.0.1:8885');
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it.each([
    ['another port', 'http://127.0.0.1:8881', '127.0.0.1:8885'],
    ['no port', 'http://127.0.0.1', '127.0.0.1:8885'],
    ['another host', 'http://evil.example:8880', '127.0.0.1:8885'],
    ['a host that looks like it', 'http://127.0.0.1.evil.example:8880', '127.0.0.1:8885'],
    ['another scheme', 'https://127.0.0.1:8880', '127.0.0.1:8885'],
    ['a worker under a public name', 'http://127.0.0.1:8880', 'comet.example.org'],
    ['a worker under an address of the network', 'http://127.0.0.1:8880', '10.0.0.11:8885'],
    ['no origin that can be named', 'null', '127.0.0.1:8885'],
  ])('is nobody else: %s', async (_, origin, host) => {
    expect((await ask(origin, host)).headers).not.toHaveProperty('access-control-allow-origin');
    expect((await ask(origin, host, 'OPTIONS')).status).toBe(405);
  });

  it('costs nobody else a byte', async () => {
    expect((await get(world.port, TARGET)).headers).not.toHaveProperty('vary');
  });
});
