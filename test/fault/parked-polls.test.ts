import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { ParkedFleet, ready, set, unready, waiters } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const POLLS = 300;
/** For all of them to be answered, milliseconds. They themselves would wait for 120 s, longer than a test. */
const ANSWERED_MS = 15_000;
const POLL_SECONDS = 120;

// So many requests take their time on a busy machine.
jest.setTimeout(90_000);

let redis: RedisServer;
let comet: CometProcess;
let fleet: ParkedFleet;

beforeEach(async () => {
  redis = await RedisServer.start({ config: { appendonly: 'yes', appendfsync: 'always' } });
  comet = await CometProcess.start({ flags: { 'redis-url': redis.url } });
  fleet = new ParkedFleet(comet, POLLS);
});

afterEach(async () => {
  await comet.stop();
  await redis.stop();
});

/** What each poll was told, reduced to what must be the same for all. */
async function outcomes(): Promise<Set<string>> {
  const answers = await fleet.answers(ANSWERED_MS);
  return new Set(
    answers.map(({ error_code, value, recovered }, index) => {
      const expected = value?.endsWith(`-${index}`) ? value.slice(0, -`-${index}`.length) : value;
      return `${error_code} ${expected} ${recovered}`;
    }),
  );
}

/** An epoch may hold dashes. */
function epochOf(cursor = ''): string {
  return cursor.slice(cursor.indexOf('-') + 1);
}

describe('300 parked polls', () => {
  it('outlive a Redis that is killed and comes back with its data, and are woken by the next set', async () => {
    await fleet.parkAll(await fleet.setAll('old'), POLL_SECONDS);
    await redis.kill();
    await unready(comet);
    const refused = await post(comet.port(), '/set', { form: { key: 'key-0', value: 'lost' } });
    expect(refused.status).toBe(503);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThanOrEqual(1);
    const plain = await get(comet.port(), '/get?key=nobody-watches-it');
    expect([plain.status, plain.headers['retry-after'] !== undefined]).toEqual([503, true]);
    await redis.restart();
    await ready(comet);
    expect(fleet.answered).toBe(0);
    await fleet.setAll('new');
    expect(await outcomes()).toEqual(new Set(['0 new true']));
  });

  it('are told at once that Redis came back older than what they had seen', async () => {
    await redis.stop();
    await comet.stop();
    redis = await RedisServer.start();
    comet = await CometProcess.start({ flags: { 'redis-url': redis.url } });
    fleet = new ParkedFleet(comet, POLLS);
    await fleet.setAll('first');
    const snapshot = await redis.snapshot();
    await fleet.setAll('second');
    await fleet.parkAll(await fleet.setAll('third'), POLL_SECONDS);
    await redis.kill();
    await redis.restartFrom(snapshot);
    expect(await outcomes()).toEqual(new Set(['0 first false']));
    // Numbering goes on in a new epoch; what they were given is good, what was lost is not.
    const cursors = fleet.polls.map((poll) => poll.settled?.cursor ?? '');
    await fleet.parkAll(cursors, POLL_SECONDS);
    const next = await fleet.setAll('fourth');
    expect(await outcomes()).toEqual(new Set(['0 fourth true']));
    expect(next[0]).toMatch(/^2-/);
    expect(epochOf(next[0])).not.toBe(epochOf(cursors[0]));
  });

  it('are told by the next set that Redis came back empty', async () => {
    await fleet.parkAll(await fleet.setAll('old'), POLL_SECONDS);
    await redis.kill();
    await unready(comet);
    await redis.restartEmpty();
    await ready(comet);
    expect(fleet.answered).toBe(0);
    await fleet.setAll('new');
    expect(await outcomes()).toEqual(new Set(['0 new false']));
  });

  it('outlive a Redis that is frozen for 5 s', async () => {
    await fleet.parkAll(await fleet.setAll('old'), POLL_SECONDS);
    const frozen = performance.now();
    redis.freeze();
    await unready(comet);
    const refused = await post(comet.port(), '/set', { form: { key: 'other', value: 'x' } });
    expect(refused.status).toBe(503);
    await until(() => performance.now() - frozen > 5000, { message: '5 s of frost' });
    redis.thaw();
    await ready(comet);
    expect(fleet.answered).toBe(0);
    await fleet.setAll('new');
    expect(await outcomes()).toEqual(new Set(['0 new true']));
  });

  it('are told what FLUSHALL took, and nobody is shown the old value for long', async () => {
    await fleet.parkAll(await fleet.setAll('old'), POLL_SECONDS);
    await redis.cli('FLUSHALL');
    const gone = async () => (await get(comet.port(), '/get?key=key-0&timeout=0')).json().error_code === 1;
    await until(gone, { timeout: ANSWERED_MS, message: 'the flushed value to be forgotten' });
    expect(fleet.answered).toBe(0);
    await fleet.setAll('new');
    expect(await outcomes()).toEqual(new Set(['0 new false']));
  });

  it('are woken when the set comes between FLUSHALL and its discovery', async () => {
    await fleet.parkAll(await fleet.setAll('old'), POLL_SECONDS);
    await redis.cli('FLUSHALL');
    await fleet.setAll('new');
    expect(await outcomes()).toEqual(new Set(['0 new false']));
  });

  it('are all released when their clients leave', async () => {
    const cursor = await set(comet.port(), 'key-0', 'x');
    const leaving = new AbortController();
    setMaxListeners(POLLS, leaving.signal);
    const polls = Array.from({ length: POLLS }, () =>
      get(comet.port(), `/get?key=key-0&after=${cursor}`, { signal: leaving.signal }).catch(() => null),
    );
    await until(async () => (await waiters(comet)) === POLLS, { message: 'all polls to be parked' });
    leaving.abort();
    await Promise.all(polls);
    await until(async () => (await waiters(comet)) === 0, { message: 'no waiter to be left' });
  });
});
