/** Elsewhere, with many channels, waiters were not woken until their time-out: slact/nchan#367. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { get } from '../support/http-client.ts';
import { ready } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';
import { Deployment, setMany, waiting } from './deployment.ts';

const CHANNELS = 3_000;
/** Of one request. */
const BATCH = 1_000;
/** From the first set to the last answer, of all. The polls themselves would wait for 60 s. */
const WOKEN_MS = 30_000;

const deployment = new Deployment();

afterEach(() => deployment.clear());

describe(`${CHANNELS} keys with a waiter each`, () => {
  it('are all told of, at once and after the connection was lost', async () => {
    const redis = await deployment.server();
    // A busy machine takes long for so many polls: keys are not to be let go of meanwhile.
    const comet = await deployment.comet({ flags: { 'redis-url': redis.url, 'linger-seconds': 300 } });
    const keys = Array.from({ length: CHANNELS }, (_, index) => `channel-${index}`);
    const cursors = new Map(keys.map((key) => [key, '0']));
    for (const value of ['first', 'second']) {
      const polls = keys.map(async (key, index) => {
        const answer = await get(comet.port(index % 2), `/get?key=${key}&after=${cursors.get(key)}&timeout=60`);
        const told = answer.json<{ value: string; cursor: string; recovered: boolean }>();
        cursors.set(key, told.cursor);
        return `${told.value} ${told.recovered}`;
      });
      await waiting(comet, CHANNELS);
      const start = performance.now();
      if (value === 'second') await redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
      for (let first = 0; first < CHANNELS; first += BATCH) {
        await setMany(
          comet.port(),
          keys.slice(first, first + BATCH).map((key) => ({ key, value })),
        );
      }
      expect(new Set(await Promise.all(polls))).toEqual(new Set([`${value} true`]));
      expect(performance.now() - start).toBeLessThan(WOKEN_MS);
    }
    await ready(comet);
    const subscribed = async () => ((await redis.cli('PUBSUB', 'CHANNELS', '*:ch@0:*')) as string[]).length;
    await until(async () => (await subscribed()) === CHANNELS, { message: 'every key to linger' });
  }, 90_000);
});
