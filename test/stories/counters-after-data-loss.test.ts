/**
 * Elsewhere counters began anew after the data was lost, and clients with a higher one waited for ever: ideawu/icomet#42,
 * which knows no epochs.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { CometProcess } from '../support/comet-process.ts';
import { get } from '../support/http-client.ts';
import { type GetAnswer, park, ready, set, unready } from '../support/parked-fleet.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { Deployment, waiting } from './deployment.ts';

const deployment = new Deployment();
let redis: RedisServer;
let comet: CometProcess;
/** Where a client stands that has seen five entries. */
let cursor: string;

beforeEach(async () => {
  redis = await deployment.server();
  comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
  for (const value of ['1', '2', '3', '4', '5']) cursor = await set(comet.port(), 'counted', value);
});

afterEach(() => deployment.clear());

async function answerOf(parked: ReturnType<typeof park>): Promise<GetAnswer> {
  await until(() => parked.settled !== null, { message: 'the poll to be answered' });
  return parked.settled as GetAnswer;
}

describe('after the data was lost', () => {
  it('a client that had seen five entries is given the first of the new ones, and told what it is', async () => {
    const parked = park(comet.port(0), 'counted', cursor, 60);
    await waiting(comet, 1);
    await redis.kill();
    await unready(comet);
    await redis.restartEmpty();
    await ready(comet);
    const anew = await set(comet.port(1), 'counted', 'anew');
    expect(anew).toMatch(/^1-/);
    const told = { error_code: 0, value: 'anew', cursor: anew, recovered: false };
    expect(await answerOf(parked)).toMatchObject(told);
    // Neither does one wait that comes with the old cursor later, on a worker that knows the key and one that doesn't.
    for (const port of comet.ports) {
      expect((await get(port, `/get?key=counted&after=${cursor}&timeout=5`)).json()).toMatchObject(told);
    }
  });

  it('in part, the next ones get the same numbers again and are not taken for those that were lost', async () => {
    const snapshot = await redis.snapshot();
    const lost = await set(comet.port(0), 'counted', 'lost');
    const parked = park(comet.port(1), 'counted', lost, 60);
    await waiting(comet, 1);
    await redis.kill();
    await unready(comet);
    await redis.restartFrom(snapshot);
    await ready(comet);
    const written = await set(comet.port(0), 'counted', 'written instead');
    expect(written).toMatch(/^6-/);
    expect(await answerOf(parked)).toMatchObject({ error_code: 0, recovered: false });
    expect((await get(comet.port(1), `/get?key=counted&after=${lost}&timeout=5`)).json()).toMatchObject({
      value: 'written instead',
      cursor: written,
      recovered: false,
    });
    // Who had seen what the snapshot has, has missed nothing.
    expect((await get(comet.port(1), `/get?key=counted&after=${cursor}&timeout=5`)).json()).toMatchObject({
      value: 'written instead',
      recovered: true,
    });
  });
});
