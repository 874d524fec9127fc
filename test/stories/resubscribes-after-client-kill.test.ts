/**
 * Elsewhere the Redis client came back by itself and did not subscribe again: redis/node-redis#2155,
 * redis/node-redis#2823, socketio/socket.io#4845.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { ParkedFleet } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';
import { Deployment } from './deployment.ts';

const POLLS = 60;
const ROUNDS = 3;
/** Of all polls; they would wait for 60 s. */
const WOKEN_MS = 15_000;

const deployment = new Deployment();

afterEach(() => deployment.clear());

describe('after the subscriber connections were killed', () => {
  it('every channel is subscribed again, and what was set in between is delivered', async () => {
    const redis = await deployment.server();
    const comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
    const channels = async () => ((await redis.cli('PUBSUB', 'CHANNELS', '*:ch@0:*')) as string[]).sort();
    const fleet = new ParkedFleet(comet, POLLS);
    let cursors = await fleet.setAll('first');
    await fleet.parkAll(cursors);
    // A poll is held from the moment it comes, before its key is subscribed to.
    const subscribed = await until(async () => {
      const all = await channels();
      return all.length === POLLS ? all : null;
    });
    for (let round = 1; round <= ROUNDS; round++) {
      // Nobody hears of these: the connections are gone, or not subscribed yet.
      const killed = redis.cli('CLIENT', 'KILL', 'TYPE', 'pubsub');
      cursors = await fleet.setAll(`round ${round}`);
      await killed;
      for (const [index, answer] of (await fleet.answers(WOKEN_MS)).entries()) {
        expect(answer).toMatchObject({ error_code: 0, value: `round ${round}-${index}`, recovered: true });
      }
      await until(async () => String(await channels()) === String(subscribed), { message: 'every channel' });
      await fleet.parkAll(cursors);
    }
    // One that was subscribed again is told as before, and doesn't live on reads.
    await fleet.setAll('last');
    for (const answer of await fleet.answers(WOKEN_MS)) expect(answer.value).toMatch(/^last-/);
  });
});
