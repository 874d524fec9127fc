/**
 * Elsewhere, after a failover by sentinels, publishes succeeded and health was green, and nothing was delivered:
 * centrifugal/centrifugo#1189, centrifugal/centrifugo#766. The master here doesn't die: it stands still, so that no
 * connection to it breaks.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { ParkedFleet, ready, unready } from '../support/parked-fleet.ts';
import { RedisSentinels } from '../support/redis-sentinels.ts';
import { until } from '../support/until.ts';
import { Deployment } from './deployment.ts';

const POLLS = 20;
/** From the answers of the sets to the last delivery; the polls themselves would wait for longer than the test. */
const DELIVERED_MS = 15_000;
const POLL_SECONDS = 150;
/** Sentinels that stood still for 2 s themselves trust nobody for the next 30 s. */
const FAILOVER_MS = 60_000;

const deployment = new Deployment();

afterEach(() => deployment.clear());

describe('after a failover by sentinels', () => {
  it('health says so while nothing could be delivered, and what is acknowledged then reaches everybody', async () => {
    const redis = await RedisSentinels.start();
    deployment.closing(() => redis.stop());
    const flags = { 'redis-url': redis.url, 'probe-interval': 0.2, 'probe-timeout': 1, 'redis-timeout': 1.5 };
    const comet = await deployment.comet({ flags });
    const fleet = new ParkedFleet(comet, POLLS);
    await fleet.parkAll(await fleet.setAll('before'), POLL_SECONDS);
    await redis.replicated();
    const old = await redis.master();
    old.freeze();
    await unready(comet);
    await until(async () => (await redis.master()).port !== old.port, {
      timeout: FAILOVER_MS,
      interval: 50,
    });
    const cursors = await fleet.setAll('after');
    for (const [index, answer] of (await fleet.answers(DELIVERED_MS)).entries()) {
      expect(answer).toMatchObject({ error_code: 0, value: `after-${index}`, recovered: true });
    }
    await ready(comet);
    await fleet.parkAll(cursors, POLL_SECONDS);
    old.thaw();
    await fleet.setAll('last');
    for (const [index, answer] of (await fleet.answers(DELIVERED_MS)).entries()) {
      expect(answer).toMatchObject({ error_code: 0, value: `last-${index}`, recovered: true });
    }
  }, 150_000);
});
