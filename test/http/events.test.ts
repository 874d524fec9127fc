import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Config } from '../../src/config/options.ts';
import { EventClient, type EventClientOptions } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { AUTHORIZED, World } from './world.ts';

const STREAM = { accept: 'text/event-stream' };

let world: World;

beforeAll(async () => {
  world = await World.start({ historySize: 4, corsOrigin: ['https://app.example'] });
});

afterAll(async () => {
  await world.stop();
});

const opened: EventClient[] = [];

afterEach(async () => {
  for (const client of opened.splice(0)) client.close();
  await until(() => world.meters.waiters === 0);
});

/** A client that is closed after the test, whatever comes of it. */
async function open(port: number, path: string, options?: EventClientOptions): Promise<EventClient> {
  const client = await EventClient.open(port, path, options);
  opened.push(client);
  return client;
}

async function set(key: string, value: string, on = world): Promise<string> {
  const answer = await post(on.port, '/set', { form: { key, value }, headers: AUTHORIZED });
  return answer.json<{ cursor: string }>().cursor;
}

/** Runs a test on a worker of its own, which is gone afterwards. */
async function apart(changes: Partial<Config>, test: (own: World) => Promise<void>): Promise<void> {
  const own = await World.start(changes);
  try {
    await test(own);
  } finally {
    await own.stop();
  }
}

describe('an event stream', () => {
  it('begins with all that is retained and goes on with every entry, each once and in order', async () => {
    const cursors = [await set('ev:a', 'one'), await set('ev:a', 'two\nlines')];
    const client = await open(world.port, '/events?key=ev:a', {
      headers: { ...STREAM, origin: 'https://app.example' },
    });
    expect(client.status).toBe(200);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://app.example',
      connection: 'close',
    });
    await client.received(2);
    cursors.push(await set('ev:a', 'three'));
    expect(await client.received(3)).toEqual(
      ['one', 'two\nlines', 'three'].map((value, index) => ({
        type: 'entry',
        id: cursors[index],
        data: { key: 'ev:a', value, cursor: cursors[index] },
      })),
    );
    expect(client.retries).toEqual([expect.any(Number)]);
    expect(world.meters.streams).toBe(1);
    client.close();
    await until(() => world.meters.streams === 0 && world.meters.waiters === 0);
    expect(world.meters.streamEnds.values.gone).toBe(1);
  });

  it('follows several keys, and goes on where Last-Event-ID says rather than the URL', async () => {
    const a = await set('ev:m1', 'a1');
    const client = await open(world.port, '/events?key=ev:m1&key=ev:m2');
    await client.received(1);
    // Once it is known that the other key has nothing the client is told where it stands, without an event.
    await until(() => client.lastEventId === `${a},0`);
    const b = await set('ev:m2', 'b1');
    await client.received(2);
    expect(client.lastEventId).toBe(`${a},${b}`);
    client.close();
    await set('ev:m1', 'a2');
    const b2 = await set('ev:m2', 'b2');
    const query = `key=ev:m1&key=ev:m2&after=0,0&lastEventId=0,${b2}`;
    const again = await open(world.port, `/events?${query}`, {
      headers: { 'last-event-id': client.lastEventId },
    });
    await again.received(2);
    expect([again.values('ev:m1'), again.values('ev:m2')]).toEqual([['a2'], ['b2']]);
    expect(again.events.filter(({ type }) => type !== 'entry')).toEqual([]);
    again.close();
    const third = await open(world.port, `/events?${query}`);
    await third.received(2);
    expect([third.values('ev:m1'), third.values('ev:m2')]).toEqual([['a1', 'a2'], []]);
  });

  it('counts every key as a waiter while it is open', async () => {
    const client = await open(world.port, '/events?key=ev:w1&key=ev:w2&key=ev:w3');
    await until(() => world.meters.waiters === 3);
    await set('ev:w1', 'x');
    await client.received(1);
    expect(world.meters.waiters).toBe(3);
    client.close();
    await until(() => world.meters.waiters === 0);
  });

  it('says that entries were missed, and again if it was cut before it said what came after', async () => {
    const first = await set('ev:miss', '0');
    for (let value = 1; value <= 6; value++) await set('ev:miss', String(value));
    const client = await open(world.port, `/events?key=ev:miss&after=${first}`);
    const [missed, ...entries] = await client.received(5);
    expect(missed).toEqual({ type: 'missed', id: first, data: { key: 'ev:miss' } });
    expect(entries.map(({ data }) => data.value)).toEqual(['3', '4', '5', '6']);
    expect(entries.map(({ data }) => data.recovered)).toEqual([false, undefined, undefined, undefined]);
  });

  it('goes on over a delete, and tells', async () => {
    await set('ev:del', 'before');
    const client = await open(world.port, '/events?key=ev:del');
    await client.received(1);
    await post(world.port, '/delete', { form: { key: 'ev:del' }, headers: AUTHORIZED });
    await set('ev:del', 'after');
    expect((await client.received(3)).map(({ type }) => type)).toEqual(['entry', 'missed', 'entry']);
  });

  it('loses nothing of a burst that is longer than the history', async () => {
    const client = await open(world.port, '/events?key=ev:burst&after=0');
    await until(() => world.meters.waiters === 1);
    await set('ev:burst', 'first');
    await client.received(1);
    const sets = Array.from({ length: 40 }, (_, index) =>
      world.engine.append('ev:burst', `b${index}`, { ttl: 0, id: '' }),
    );
    await Promise.all(sets);
    await client.received(41);
    expect(client.values('ev:burst')).toEqual(['first', ...sets.map((_, index) => `b${index}`)]);
  });

  it.each([
    ['no key', '/events', 'key'],
    ['an empty key', '/events?key=a&key=', 'key'],
    ['one key twice', '/events?key=a&key=b&key=a', 'key'],
    ['too many keys', `/events?${Array.from({ length: 101 }, (_, index) => `key=k${index}`).join('&')}`, 'key'],
    ['another parameter twice', '/events?key=a&after=0&after=0', 'after'],
    ['fewer cursors than keys', '/events?key=a&key=b&after=0', 'after'],
    ['more cursors than keys', '/events?key=a&after=0,0', 'after'],
    ['a cursor that is none', '/events?key=a&key=b&after=0,x', 'after'],
  ])('is refused with %s', async (_, path, parameter) => {
    const answer = await get(world.port, path, { headers: STREAM });
    expect(answer.status).toBe(400);
    expect(answer.json()).toMatchObject({ parameter });
    expect(world.meters.waiters).toBe(0);
  });
});

describe('the limits of event streams', () => {
  it('refuse the whole stream when one of its keys finds no place, so that an EventSource comes back', async () => {
    await apart({ maxWaiters: 3 }, async (own) => {
      await open(own.port, '/events?key=a&key=b');
      await until(() => own.meters.waiters === 2);
      const plain = await get(own.port, '/events?key=c&key=d');
      expect([plain.status, plain.json().error]).toEqual([503, 'TOO_MANY_WAITERS']);
      expect(plain.headers['retry-after']).toMatch(/^[1-5]$/);
      const browser = await open(own.port, '/events?key=c&key=d', { headers: STREAM });
      await browser.ended();
      expect(browser.status).toBe(200);
      expect(browser.events).toEqual([
        { type: 'refused', id: '', data: expect.objectContaining({ error: 'TOO_MANY_WAITERS', status: 503 }) },
      ]);
      expect(browser.retries[0]).toBeGreaterThanOrEqual(1000);
      expect(own.meters.waiters).toBe(2);
      expect(own.meters.refused.values.waiters).toBe(2);
      expect(own.meters.requests.get('events')?.get(503)).toBe(2);
      expect(own.meters.streamEnds.values.error).toBe(0);
    });
  });

  it('end a stream that is open when the engine refuses one of its keys, and say why', async () => {
    await apart({ maxWatchedKeys: 1 }, async (own) => {
      const client = await open(own.port, '/events?key=a&key=b');
      await client.ended();
      expect(client.events.at(-1)).toMatchObject({ type: 'refused', data: { error: 'TOO_MANY_KEYS' } });
      expect(own.meters.streamEnds.values.error).toBe(1);
      await until(() => own.meters.waiters === 0 && own.meters.streams === 0);
    });
  });

  it('let a stream that has a cursor wait for an engine out of reach, and one that has none come back', async () => {
    await apart({}, async (own) => {
      await own.engine.stop();
      const patient = await open(own.port, '/events?key=a&after=0');
      const fresh = await open(own.port, '/events?key=b');
      await fresh.ended();
      expect(fresh.events).toMatchObject([{ type: 'refused', data: { error: 'ENGINE_UNAVAILABLE', status: 503 } }]);
      expect(patient.state).toBe('open');
      expect(own.meters.waiters).toBe(1);
    });
  });

  it('halt a slow reader at a bound, cut it, and lose nothing for one that comes back by cursor', async () => {
    await apart({ maxStreamBytes: 16_384, eventsHeartbeat: 0.2, historySize: 400 }, async (own) => {
      const slow = await open(own.port, '/events?key=slow&after=0', { paused: true });
      await until(() => own.meters.waiters === 1);
      const written: string[] = [];
      for (let index = 0; index < 300; index++) {
        written.push(`${index}:${'x'.repeat(60_000)}`);
        await set('slow', written[index] as string, own);
      }
      await until(() => own.meters.streamEnds.values.slow === 1, { message: 'the slow reader to be cut' });
      expect([own.meters.streams, own.meters.waiters]).toEqual([0, 0]);
      expect(own.meters.deliveries).toBeLessThan(300);
      slow.read();
      await slow.ended();
      const seen = slow.values('slow');
      let { lastEventId } = slow;
      // On a busy machine even one that reads may be too slow for so short a heartbeat: it comes back again.
      while (seen.length < written.length) {
        const again = await open(own.port, '/events?key=slow&after=0', { headers: { 'last-event-id': lastEventId } });
        const all = () => seen.length + again.values('slow').length >= written.length;
        await until(() => again.state !== 'open' || all());
        seen.push(...again.values('slow'));
        lastEventId = again.lastEventId;
        expect(again.events.filter(({ type }) => type !== 'entry')).toEqual([]);
      }
      expect(seen).toEqual(written);
    });
  });

  it('let a reader that pauses catch up', async () => {
    await apart({ maxStreamBytes: 16_384, eventsHeartbeat: 30, historySize: 400 }, async (own) => {
      const client = await open(own.port, '/events?key=pause&after=0', { paused: true });
      await until(() => own.meters.waiters === 1);
      for (let index = 0; index < 300; index++) await set('pause', `${index}:${'x'.repeat(60_000)}`, own);
      await until(() => own.meters.waiters === 0, { message: 'the stream to halt' });
      client.read();
      await client.received(300);
      expect(client.values('pause').map((value) => Number.parseInt(String(value), 10))).toEqual(
        Array.from({ length: 300 }, (_, index) => index),
      );
      await until(() => own.meters.waiters === 1);
    });
  });

  it('bound what all halted streams have waiting', async () => {
    await apart({ maxStreamBytes: 16_384, maxUnsentBytes: 65_536, historySize: 400 }, async (own) => {
      const clients: EventClient[] = [];
      for (let index = 0; index < 3; index++) {
        clients.push(await open(own.port, `/events?key=all${index}&after=0`, { paused: true }));
        await until(() => own.meters.waiters >= 1);
        for (let entry = 0; entry < 300; entry++) await set(`all${index}`, 'x'.repeat(60_000), own);
      }
      await until(() => own.meters.streamEnds.values.slow >= 1);
      expect(own.meters.streams).toBeGreaterThanOrEqual(1);
      for (const client of clients) client.close();
    });
  });
});
