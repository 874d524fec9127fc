/** Reading that is private: every way to read a key asks for a token that allows it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUTHORIZED, World } from '../http/world.ts';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { bearer, mint, TOKEN_SECRET } from './minted.ts';

let world: World;

beforeAll(async () => {
  world = await World.start({ reading: 'token', tokenSecret: [TOKEN_SECRET], tokenLeeway: 0, mailboxWaitMin: 60 });
  for (const key of ['user:1', 'user:10', 'news', 'secret']) await set(key, `value of ${key}`);
});

afterAll(() => world.stop());

function set(key: string, value: string) {
  return post(world.port, '/set', { form: { key, value }, headers: AUTHORIZED });
}

const FORBIDDEN = [403, 'KEY_FORBIDDEN', 'key'];

describe('a private key', () => {
  it.each([
    ['/get?key=news&timeout=0'],
    ['/get?key=news&after=0&timeout=0'],
    ['/get?key=news&fresh=1&all=1'],
    ['/get?key=news&key=user:1&timeout=0'],
    ['/events?key=news'],
  ])('%s asks for a token', async (path) => {
    const without = await get(world.port, path);
    expect([without.status, without.json().error]).toEqual([401, 'UNAUTHORIZED']);
    const others = await get(
      world.port,
      path,
      bearer(await mint({ read: ['user:1'], set: ['*'], push: ['*'], mailbox: 'news' })),
    );
    expect([others.status, others.json().error, others.json().parameter]).toEqual(FORBIDDEN);
    expect(others.body).not.toContain('value of');
    const empty = await get(world.port, path, bearer(await mint(undefined)));
    expect([empty.status, empty.json().error]).toEqual([403, 'KEY_FORBIDDEN']);
  });

  it.each([['GET'], ['form'], ['JSON']])('is read with one, by %s', async (how) => {
    const { headers } = bearer(await mint({ read: ['news'] }));
    const answer =
      how === 'GET'
        ? await get(world.port, '/get?key=news', { headers })
        : await post(world.port, '/get', {
            headers,
            ...(how === 'form' ? { form: { key: 'news' } } : { json: { key: 'news' } }),
          });
    expect([answer.status, answer.json().value]).toEqual([200, 'value of news']);
  });

  it('is read by the beginning of its name, and no other is', async () => {
    const one = bearer(await mint({ read: ['user:1'] }));
    const all = bearer(await mint({ read: ['user:1*'] }));
    const status = async (key: string, options: object) => (await get(world.port, `/get?key=${key}`, options)).status;
    expect([await status('user:1', one), await status('user:10', one)]).toEqual([200, 403]);
    expect([await status('user:1', all), await status('user:10', all), await status('news', all)]).toEqual([
      200, 200, 403,
    ]);
    expect(await status('user%3A1%00', all)).toBe(400);
  });

  it('among several refuses them all, and says which', async () => {
    const { headers } = bearer(await mint({ read: ['news', 'user:1'] }));
    const both = await get(world.port, '/get?key=news&key=user:1', { headers });
    expect(both.json<{ moved: unknown[] }>().moved).toHaveLength(2);
    const answer = await get(world.port, '/get?key=news&key=secret&key=user:1', { headers });
    expect([answer.status, answer.json().message]).toEqual([403, 'The token does not allow reading "secret".']);
    expect(answer.body).not.toContain('value of');
    expect((await get(world.port, '/events?key=news&key=secret', { headers })).status).toBe(403);
  });

  it('is read by the holder of a publish key, who could set it anyway', async () => {
    expect((await get(world.port, '/get?key=secret', { headers: AUTHORIZED })).json().value).toBe('value of secret');
  });

  it('comes by events, to the bearer of a token for it', async () => {
    const { headers } = bearer(await mint({ read: ['flow'] }));
    const client = await EventClient.open(world.port, '/events?key=flow&after=0', { headers });
    await set('flow', 'one');
    const [event] = await client.received(1);
    expect([client.status, event?.data.value]).toEqual([200, 'one']);
    client.close();
  });

  it('under JSONP takes no cookie, and tells of it as any script', async () => {
    const answer = await get(world.port, '/get?key=news&jsonCallback=f');
    expect(answer.status).toBe(200);
    expect(answer.body).toContain('"error":"UNAUTHORIZED"');
  });
});

/** Asks with a token that is good for a second, and with another where this process stood still until it was none. */
function inItsLastSecond<T extends { readonly status: number }>(
  claim: object,
  ask: (options: ReturnType<typeof bearer>) => Promise<T>,
): Promise<[T, ReturnType<typeof bearer>]> {
  return until(async () => {
    const options = bearer(await mint(claim, { claims: { exp: Date.now() / 1000 + 1 } }));
    const answer = await ask(options);
    return answer.status === 401 ? null : [answer, options];
  });
}

describe('a token that expires', () => {
  it('ends a poll that is parked as a time-out, and refuses the next', async () => {
    const poll = (query: string) =>
      inItsLastSecond({ read: ['quiet*'] }, (options) => get(world.port, `/get?${query}&timeout=60`, options));
    const [[single, options], [several]] = await Promise.all([
      poll('key=quiet&after=0'),
      poll('key=quiet&key=quiet2&after=0,0'),
    ]);
    expect(single.json()).toMatchObject({ error_code: 1, cursor: '0' });
    expect(several.json()).toMatchObject({ error_code: 1, cursor: '0,0' });
    const expired = async () =>
      (await get(world.port, '/get?key=quiet&timeout=0', options)).json().error === 'TOKEN_EXPIRED';
    await until(expired);
    expect(world.meters.waiters).toBe(0);
  });

  it('ends an event stream with an event that says so', async () => {
    const before = world.meters.streamEnds.values.expired;
    const [client] = await inItsLastSecond({ read: ['quiet'] }, (options) =>
      EventClient.open(world.port, '/events?key=quiet', options),
    );
    await client.ended();
    expect(client.events.at(-1)).toMatchObject({
      type: 'refused',
      data: { error_code: 22, error: 'TOKEN_EXPIRED', status: 401 },
    });
    expect(client.retries.at(-1)).toBeLessThanOrEqual(5000);
    expect(world.meters.streamEnds.values.expired).toBe(before + 1);
  });

  it('ends a mailbox poll as a time-out', async () => {
    const [answer] = await inItsLastSecond({ mailbox: 'quiet' }, (options) => get(world.port, '/', options));
    expect(answer.json()).toEqual({ error_code: 1 });
  });
});

describe('public reading', () => {
  it('looks at no token', async () => {
    const open = await World.start({ tokenSecret: [TOKEN_SECRET] });
    const expired = bearer(await mint({ read: ['x'] }, { expiresIn: -60 }));
    expect((await get(open.port, '/get?key=news&timeout=0', expired)).status).toBe(200);
    await open.stop();
  });
});
