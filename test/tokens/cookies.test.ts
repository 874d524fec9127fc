/** A token in a cookie: browsers send it for whatever page asks, so it counts for some pages only. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../http/world.ts';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { mint, TOKEN_SECRET } from './minted.ts';

const NAMED = 'https://app.example';
const COOKIE = '__Host-comet';

let world: World;
let token: string;

beforeAll(async () => {
  world = await World.start({
    reading: 'token',
    tokenSecret: [TOKEN_SECRET],
    tokenCookie: COOKIE,
    corsOrigin: [NAMED, '*'],
  });
  token = await mint({ read: ['*'], set: ['*'], push: ['*'], mailbox: '42' });
});

afterAll(() => world.stop());

type Headers = Readonly<Record<string, string>>;

function cookie(more: Headers = {}): Headers {
  return { cookie: `a=b; ${COOKIE}=${token}; c=d`, ...more };
}

async function status(how: 'read' | 'set' | 'mailbox' | 'script', headers: Headers): Promise<unknown> {
  switch (how) {
    case 'read':
      return (await get(world.port, '/get?key=k&timeout=0', { headers })).status;
    case 'set':
      return (await post(world.port, '/set', { form: { key: 'k', value: 'v' }, headers })).status;
    case 'mailbox':
      return (await get(world.port, '/?timeout=0', { headers })).status;
    case 'script':
      return (await get(world.port, '/get?key=k&timeout=0&jsonCallback=f', { headers })).body.includes(
        'COOKIE_FORBIDDEN',
      );
  }
}

describe('a cookie', () => {
  // Reading, setting, a mailbox poll by GET; then whether a script is refused.
  it.each<[string, () => Headers, number, number, number]>([
    ['of a page of this host', () => ({ 'sec-fetch-site': 'same-origin' }), 200, 200, 200],
    ['of the address bar', () => ({ 'sec-fetch-site': 'none' }), 200, 200, 200],
    ['of a page of this host without TLS', () => ({ origin: `http://127.0.0.1:${world.port}` }), 200, 200, 200],
    ['of a named origin', () => ({ origin: NAMED, 'sec-fetch-site': 'same-site' }), 200, 200, 200],
    ['of nobody who says so', () => ({}), 200, 403, 403],
    ['of another site', () => ({ 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' }), 403, 403, 403],
    ['of an image on another site', () => ({ 'sec-fetch-site': 'cross-site' }), 403, 403, 403],
    ['of a sister site', () => ({ 'sec-fetch-site': 'same-site', origin: 'https://sister.example' }), 403, 403, 403],
    ['of another site without TLS', () => ({ origin: 'http://evil.example' }), 403, 403, 403],
    ['of another port', () => ({ origin: 'http://127.0.0.1:1' }), 403, 403, 403],
    ['of a sandboxed page', () => ({ origin: 'null' }), 403, 403, 403],
    ['of a site that looks like a named one', () => ({ origin: `${NAMED}.evil.example` }), 403, 403, 403],
    ['of an origin with a path', () => ({ origin: `http://127.0.0.1:${world.port}/` }), 403, 403, 403],
    ['of an origin that any may be', () => ({ origin: '*' }), 200, 200, 200],
    ['of a liar about its site', () => ({ 'sec-fetch-site': 'same-origin, cross-site' }), 403, 403, 403],
  ])('%s', async (_, headers, read, set, mailbox) => {
    const sent = cookie(headers());
    expect([await status('read', sent), await status('set', sent), await status('mailbox', sent)]).toEqual([
      read,
      set,
      mailbox,
    ]);
    expect(await status('script', sent)).toBe(true);
  });

  it('opens an event stream, which is how an EventSource sends a token', async () => {
    const client = await EventClient.open(world.port, '/events?key=k', { headers: { ...cookie() } });
    expect(client.status).toBe(200);
    client.close();
  });

  it.each([
    ['twice', () => `${COOKIE}=${token}; ${COOKIE}=${token}`, 'TOKEN_INVALID'],
    ['with quotes', () => `${COOKIE}="${token}"`, 'TOKEN_INVALID'],
    ['that is none', () => `${COOKIE}=news`, 'TOKEN_INVALID'],
    ['that is the secret', () => `${COOKIE}=${TOKEN_SECRET}`, 'TOKEN_INVALID'],
    ['that is empty', () => `${COOKIE}=`, 'UNAUTHORIZED'],
    ['without a value', () => COOKIE, 'UNAUTHORIZED'],
    ['of another name', () => `x${COOKIE}=${token}; ${COOKIE}x=${token}`, 'UNAUTHORIZED'],
    ['of another case', () => `${COOKIE.toUpperCase()}=${token}`, 'UNAUTHORIZED'],
    ['inside another', () => `a="; b=${COOKIE}=${token}`, 'UNAUTHORIZED'],
  ])('%s is refused', async (_, field, error) => {
    const answer = await get(world.port, '/get?key=k&timeout=0', { headers: { cookie: field() } });
    expect([answer.status, answer.json().error]).toEqual([401, error]);
  });

  it('that is a publish key publishes nothing', async () => {
    const headers = { cookie: `${COOKIE}=${world.config.publishKey[0]}`, 'sec-fetch-site': 'same-origin' };
    expect(await status('set', headers)).toBe(401);
  });

  it('goes after the header', async () => {
    const bad = { authorization: `Bearer ${await mint({ read: ['other'] })}` };
    expect(await status('read', cookie(bad))).toBe(403);
  });

  it('is nothing where none is configured', async () => {
    const plain = await World.start({ reading: 'token', tokenSecret: [TOKEN_SECRET] });
    expect((await get(plain.port, '/get?key=k', { headers: cookie() })).status).toBe(401);
    await plain.stop();
  });

  it('may be sent by pages of named origins, and of no others', async () => {
    const of = async (origin: string) =>
      (await get(world.port, '/get?key=k&timeout=0', { headers: cookie({ origin }) })).headers;
    expect(await of(NAMED)).toMatchObject({
      'access-control-allow-origin': NAMED,
      'access-control-allow-credentials': 'true',
    });
    const others = await of('https://other.example');
    expect(others['access-control-allow-origin']).toBe('*');
    expect(others).not.toHaveProperty('access-control-allow-credentials');
  });
});
