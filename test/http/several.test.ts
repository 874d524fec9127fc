import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, World } from './world.ts';

interface Moved {
  readonly key: string;
  readonly value: string;
  readonly cursor: string;
  readonly recovered?: boolean;
  readonly entries?: readonly { readonly value: string }[];
}

interface SeveralAnswer {
  readonly error_code: number;
  readonly cursor: string;
  readonly moved?: readonly Moved[];
  readonly recovered?: boolean;
}

let world: World;

beforeAll(async () => {
  world = await World.start({ historySize: 4 });
});

afterAll(async () => {
  await world.stop();
});

async function set(key: string, value: string, on = world): Promise<string> {
  const answer = await post(on.port, '/set', { form: { key, value }, headers: AUTHORIZED });
  return answer.json<{ cursor: string }>().cursor;
}

async function poll(query: string, on = world): Promise<SeveralAnswer> {
  return (await get(on.port, `/get?${query}`)).json<SeveralAnswer>();
}

async function apart(changes: Partial<Config>, test: (own: World) => Promise<void>): Promise<void> {
  const own = await World.start(changes);
  try {
    await test(own);
  } finally {
    await own.stop();
  }
}

describe('a poll of several keys', () => {
  it('gives all there is at once, in the order of the keys, and a cursor for all of them', async () => {
    const [b, a] = [await set('sv:b', 'b1'), await set('sv:a', 'a1')];
    const answer = await poll('key=sv:a&key=sv:none&key=sv:b');
    expect(answer).toEqual({
      error_code: 0,
      cursor: `${a},0,${b}`,
      moved: [
        { key: 'sv:a', value: 'a1', cursor: a },
        { key: 'sv:b', value: 'b1', cursor: b },
      ],
    });
    expect(world.meters.waiters).toBe(0);
  });

  it('waits for whichever moves, and says which', async () => {
    const a = await set('sv:w1', 'a1');
    const before = world.meters.polls.values.value;
    const waiting = poll(`key=sv:w1&key=sv:w2&after=${a},0`);
    await until(() => world.meters.waiters === 2);
    const b = await set('sv:w2', 'b1');
    expect(await waiting).toEqual({
      error_code: 0,
      cursor: `${a},${b}`,
      moved: [{ key: 'sv:w2', value: 'b1', cursor: b, recovered: true }],
    });
    expect(world.meters.waiters).toBe(0);
    expect(world.meters.polls.values.value).toBe(before + 1);
  });

  it('waits for the first entry of keys that have nothing', async () => {
    const waiting = poll('key=sv:n1&key=sv:n2');
    await until(() => world.meters.waiters === 2);
    const cursor = await set('sv:n2', 'first');
    expect(await waiting).toEqual({
      error_code: 0,
      cursor: `0,${cursor}`,
      moved: [{ key: 'sv:n2', value: 'first', cursor }],
    });
  });

  it('gives every entry with all=1, and tells for each key whether some were missed', async () => {
    const [a, b] = [await set('sv:all1', '0'), await set('sv:all2', '0')];
    for (const value of ['1', '2']) await set('sv:all1', value);
    for (const value of ['1', '2', '3', '4', '5', '6']) await set('sv:all2', value);
    const { moved } = await poll(`key=sv:all1&key=sv:all2&all=1&after=${a},${b}`);
    expect(moved?.map(({ entries }) => entries?.map(({ value }) => value))).toEqual([
      ['1', '2'],
      ['3', '4', '5', '6'],
    ]);
    expect(moved?.map(({ recovered }) => recovered)).toEqual([true, false]);
  });

  it('times out with the cursor to go on from', async () => {
    const a = await set('sv:t1', 'x');
    expect(await poll(`key=sv:t1&key=sv:t2&after=${a},0&timeout=0.05`)).toEqual({
      error_code: 1,
      cursor: `${a},0`,
      recovered: true,
    });
    expect(await poll('key=sv:t2&key=sv:t3&timeout=0')).toEqual({ error_code: 1, cursor: '0,0' });
    expect(world.meters.waiters).toBe(0);
  });

  it.each([0, 0.05])('says with a time-out of %p s that a key is gone', async (timeout) => {
    const a = await set('sv:g1', 'x');
    await post(world.port, '/delete', { form: { key: 'sv:g1' }, headers: AUTHORIZED });
    const answer = await poll(`key=sv:g1&key=sv:g2&after=${a},0&timeout=${timeout}`);
    expect(answer).toEqual({ error_code: 1, cursor: '0,0', recovered: false });
  });

  it('does not hide that a key is gone behind the answer of another', async () => {
    const [a, b] = [await set('sv:h1', 'x'), await set('sv:h2', 'y')];
    await post(world.port, '/delete', { form: { key: 'sv:h1' }, headers: AUTHORIZED });
    const first = await poll(`key=sv:h1&key=sv:h2&after=${a},0`);
    expect(first).toMatchObject({ cursor: `${a},${b}`, moved: [{ key: 'sv:h2' }] });
    const waiting = poll(`key=sv:h1&key=sv:h2&after=${first.cursor}`);
    await until(() => world.meters.waiters === 2);
    await set('sv:h1', 'anew');
    expect((await waiting).moved).toMatchObject([{ key: 'sv:h1', value: 'anew', recovered: false }]);
  });

  it('comes by form and as JSONP too', async () => {
    const a = await set('sv:f1', 'x');
    const body = 'key=sv:f1&key=sv:f2&timeout=0';
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await post(world.port, '/get', { body, headers })).json()).toMatchObject({ cursor: `${a},0` });
    const script = await get(world.port, `/get?${body}&jsonCallback=f`);
    expect(script.body).toMatch(/^\/\*\*\/f\(\{"error_code":0,.*\}\);$/);
  });

  it('counts each key as a waiter, leaves with its client, and is refused as a whole', async () => {
    await apart({ maxWaiters: 3 }, async (own) => {
      const client = new AbortController();
      const left = get(own.port, '/get?key=a&key=b&after=0,0', { signal: client.signal }).catch(() => null);
      await until(() => own.meters.waiters === 2);
      expect(await poll('key=c&key=d&after=0,0', own)).toMatchObject({ error: 'TOO_MANY_WAITERS' });
      expect(own.meters.waiters).toBe(2);
      expect(own.meters.polls.values.error).toBe(1);
      client.abort();
      await left;
      await until(() => own.meters.waiters === 0);
      expect(own.meters.polls.values.gone).toBe(1);
      const keys = Array.from({ length: 101 }, (_, index) => `key=${index}`).join('&');
      expect(await poll(keys, own)).toMatchObject({ error: 'PARAMETER_INVALID', parameter: 'key' });
      expect(await poll('key=a&key=b&after=0', own)).toMatchObject({ error: 'PARAMETER_INVALID', parameter: 'after' });
    });
  });

  it('waits for an engine out of reach as long as it has cursors', async () => {
    await apart({}, async (own) => {
      await own.engine.stop();
      expect(await poll('key=a&key=b', own)).toMatchObject({ error: 'ENGINE_UNAVAILABLE' });
      expect(await poll('key=a&key=b&after=0,0&timeout=0', own)).toMatchObject({ error: 'ENGINE_UNAVAILABLE' });
      const answer = await poll('key=a&key=b&after=0,5-x&timeout=0.05', own);
      expect(answer).toEqual({ error_code: 1, cursor: '0,5-x', recovered: true });
      expect(own.meters.waiters).toBe(0);
    });
  });

  it('leaves what is too much for one answer to the next', async () => {
    await apart({ maxStreamBytes: 16_384 }, async (own) => {
      for (const key of ['a', 'b', 'c']) await set(key, key.repeat(10_000), own);
      const first = await poll('key=a&key=b&key=c', own);
      expect(first.moved?.map(({ key }) => key)).toEqual(['a', 'b']);
      const second = await poll(`key=a&key=b&key=c&after=${first.cursor}`, own);
      expect(second.moved?.map(({ key }) => key)).toEqual(['c']);
    });
  });

  it('is answered as a time-out when its worker goes away', async () => {
    await apart({ drainSeconds: 1 }, async (own) => {
      const waiting = poll('key=a&key=b&after=0,0', own);
      await until(() => own.meters.waiters === 2);
      const drained = own.server.drain();
      expect(await waiting).toEqual({ error_code: 1, cursor: '0,0', recovered: true });
      await drained;
    });
  });
});
