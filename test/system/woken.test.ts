/** `count=1`: whom a set wakes on one machine, asked of every worker of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { WebSocketClient } from '../support/web-socket-client.ts';

const PUBLISH_KEY = 'publish-key-of-the-count-test';
const PUBLISHER = { authorization: `Bearer ${PUBLISH_KEY}` };

describe.each(['redis', 'embedded'])('a set that counts, on two workers with the %s engine', (engine) => {
  let redis: RedisServer | null = null;
  let comet: CometProcess;

  beforeAll(async () => {
    redis = engine === 'redis' ? await RedisServer.start() : null;
    const flags = redis === null ? {} : { 'redis-url': redis.url };
    comet = await CometProcess.start({ flags: { 'publish-key': PUBLISH_KEY, ...flags } });
  });

  afterAll(async () => {
    await comet?.stop();
    await redis?.stop();
  });

  async function set(key: string, value: string, more: Readonly<Record<string, string>> = {}, worker = 0) {
    const form = { key, value, count: '1', ...more };
    return (await post(comet.port(worker), '/set', { form, headers: PUBLISHER })).json();
  }

  /** Waits until so many waiters are parked. */
  async function parked(count: number): Promise<void> {
    await until(async () => {
      const { body } = await get(comet.adminPort, '/metrics');
      return new RegExp(`^comet_waiters ${count}$`, 'm').test(body);
    });
  }

  /**
   * Has both workers watch a key, and gives the cursor of its newest entry: who waits after that waits for news from the
   * first moment on, and not yet for a read. A worker lets go of a key long after the test.
   */
  async function watched(key: string): Promise<string> {
    let cursor = '0';
    await until(async () => {
      const polls = comet.ports.map((port) => get(port, `/get?key=${key}&after=${cursor}&timeout=20`));
      await parked(polls.length);
      const answer = await set(key, 'watched');
      await Promise.all(polls);
      cursor = String(answer.cursor);
      return answer.complete === true && answer.woken === polls.length;
    });
    return cursor;
  }

  it('counts nobody where nobody waits, and says nothing unless it is asked', async () => {
    expect(await set('c:none', 'x')).toEqual({ error_code: 0, cursor: expect.any(String), woken: 0, complete: true });
    const form = { key: 'c:none', value: 'y', count: '0' };
    const uncounted = (await post(comet.port(), '/set', { form, headers: PUBLISHER })).json();
    expect(uncounted).toEqual({ error_code: 0, cursor: expect.any(String) });
  });

  it('counts the polls, streams and WebSockets of both workers, whichever is asked', async () => {
    const cursor = await watched('c:all');
    const queries = [
      `key=c:all&after=${cursor}`,
      `key=c:all&key=c:other&after=${cursor},0`,
      `key=c:all&after=${cursor}&all=1`,
    ];
    const polls = comet.ports.flatMap((port) => queries.map((query) => get(port, `/get?${query}&timeout=20`)));
    const stream = await EventClient.open(comet.port(1), `/events?key=c:all&after=${cursor}`);
    const socket = await WebSocketClient.open(comet.port(0));
    await socket.subscribe({ 'c:all': cursor });
    // Two polls wait for another key too.
    await parked(6 + 2 + 1 + 1);
    expect(await set('c:all', 'one', {}, 1)).toMatchObject({ woken: 8, complete: true });
    await Promise.all(polls);
    // Those that stay are woken by the next one too.
    expect(await set('c:all', 'two')).toMatchObject({ woken: 2, complete: true });
    await stream.received(2);
    await socket.received('entry', 2);
    stream.close();
    socket.close();
    await parked(0);
  });

  it('counts those that are woken by a value that is too large to travel with the news', async () => {
    const cursor = await watched('c:large');
    const polls = Array.from({ length: 4 }, (_, index) =>
      get(comet.port(index % 2), `/get?key=c:large&after=${cursor}&timeout=20`),
    );
    await parked(4);
    expect(await set('c:large', 'x'.repeat(20_000))).toMatchObject({ woken: 4, complete: true });
    await Promise.all(polls);
  });

  it('tells two sets apart that are written at once', async () => {
    const cursor = await watched('c:two');
    const stream = await EventClient.open(comet.port(1), `/events?key=c:two&after=${cursor}`);
    const poll = get(comet.port(0), `/get?key=c:two&after=${cursor}&timeout=20`);
    await parked(2);
    const counts = await Promise.all(
      Array.from({ length: 20 }, (_, index) => set('c:two', String(index), {}, index % 2)),
    );
    await poll;
    await stream.received(20);
    expect(counts.map(({ complete }) => complete)).toEqual(counts.map(() => true));
    // The stream is woken by each of them, the poll by the first.
    const total = counts.reduce((sum, { woken }) => sum + Number(woken), 0);
    expect(total).toBe(21);
    stream.close();
    await parked(0);
  });

  it('counts nobody for a set that was written before, and says what is wrong with one', async () => {
    const cursor = await watched('c:id');
    const stream = await EventClient.open(comet.port(1), `/events?key=c:id&after=${cursor}`);
    await parked(1);
    const first = await set('c:id', 'x', { id: 'i' });
    expect(first).toMatchObject({ woken: 1, complete: true });
    expect(await set('c:id', 'x', { id: 'i' })).toEqual({ ...first, woken: 0 });
    expect(await set('c:id', 'y', { id: 'i' })).toMatchObject({ error: 'ID_CONFLICT' });
    expect(await set('c:id', 'y', { count: 'yes' })).toMatchObject({ error: 'PARAMETER_INVALID', parameter: 'count' });
    stream.close();
    await parked(0);
  });
});
