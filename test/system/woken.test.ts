/** `count=1`: whom a set wakes on one machine, asked of every worker of it. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { waiters } from '../support/parked-fleet.ts';
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
    const before = performance.now();
    const answer = (await post(comet.port(worker), '/set', { form, headers: PUBLISHER })).json();
    // A worker that gets no CPU is waited for in vain, and that for a while.
    if (answer.complete === false) expect(performance.now() - before).toBeGreaterThan(200);
    return answer;
  }

  /** What was answered when every worker said in time whom it woke; until then the same is done again. */
  async function complete<Told>(act: () => Promise<Told>, isEnough: (told: Told) => boolean): Promise<Told> {
    for (;;) {
      const told = await act();
      if (isEnough(told)) return told;
    }
  }

  const isComplete = (answer: Readonly<Record<string, unknown>>) => answer.complete !== false;

  /** Waits until so many waiters are parked. */
  async function parked(count: number): Promise<void> {
    await until(async () => (await waiters(comet)) === count, { message: `${count} waiters` });
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
    const counted = await complete(() => set('c:none', 'x'), isComplete);
    expect(counted).toEqual({ error_code: 0, cursor: expect.any(String), woken: 0, complete: true });
    const form = { key: 'c:none', value: 'y', count: '0' };
    const uncounted = (await post(comet.port(), '/set', { form, headers: PUBLISHER })).json();
    expect(uncounted).toEqual({ error_code: 0, cursor: expect.any(String) });
  });

  it('counts the polls, streams and WebSockets of both workers, whichever is asked', async () => {
    let cursor = await watched('c:all');
    const stream = await EventClient.open(comet.port(1), `/events?key=c:all&after=${cursor}`);
    const socket = await WebSocketClient.open(comet.port(0));
    await socket.subscribe({ 'c:all': cursor });
    const first = await complete(async () => {
      const queries = [
        `key=c:all&after=${cursor}`,
        `key=c:all&key=c:other&after=${cursor},0`,
        `key=c:all&after=${cursor}&all=1`,
      ];
      const polls = comet.ports.flatMap((port) => queries.map((query) => get(port, `/get?${query}&timeout=20`)));
      // Two polls wait for another key too.
      await parked(6 + 2 + 1 + 1);
      const answer = await set('c:all', 'one', {}, 1);
      await Promise.all(polls);
      cursor = String(answer.cursor);
      return answer;
    }, isComplete);
    expect(first).toMatchObject({ woken: 8, complete: true });
    // Those that stay are woken by the next one too.
    const second = await complete(() => set('c:all', 'two'), isComplete);
    expect(second).toMatchObject({ woken: 2, complete: true });
    await stream.received(2);
    await socket.received('entry', 2);
    stream.close();
    socket.close();
    await parked(0);
  });

  it('counts those that are woken by a value that is too large to travel with the news', async () => {
    let cursor = await watched('c:large');
    const counted = await complete(async () => {
      const polls = Array.from({ length: 4 }, (_, index) =>
        get(comet.port(index % 2), `/get?key=c:large&after=${cursor}&timeout=20`),
      );
      await parked(4);
      const answer = await set('c:large', 'x'.repeat(20_000));
      await Promise.all(polls);
      cursor = String(answer.cursor);
      return answer;
    }, isComplete);
    expect(counted).toMatchObject({ woken: 4, complete: true });
  });

  it('tells two sets apart that are written at once', async () => {
    let sets = 0;
    let cursor = await watched('c:two');
    const stream = await EventClient.open(comet.port(1), `/events?key=c:two&after=${cursor}`);
    const counts = await complete(
      async () => {
        const poll = get(comet.port(0), `/get?key=c:two&after=${cursor}&timeout=20`);
        await parked(2);
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, index) => set('c:two', String(index), {}, index % 2)),
        );
        await poll;
        sets += answers.length;
        await stream.received(sets);
        cursor = stream.lastEventId;
        return answers;
      },
      (answers) => answers.every(isComplete),
    );
    expect(counts.map((answer) => answer.complete)).toEqual(counts.map(() => true));
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
    let ids = 0;
    const first = await complete(() => set('c:id', 'x', { id: `i${++ids}` }), isComplete);
    expect(first).toMatchObject({ woken: 1, complete: true });
    expect(await complete(() => set('c:id', 'x', { id: `i${ids}` }), isComplete)).toEqual({ ...first, woken: 0 });
    expect(await set('c:id', 'y', { id: `i${ids}` })).toMatchObject({ error: 'ID_CONFLICT' });
    expect(await set('c:id', 'y', { count: 'yes' })).toMatchObject({ error: 'PARAMETER_INVALID', parameter: 'count' });
    stream.close();
    await parked(0);
  });
});
