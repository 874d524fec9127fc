/**
 * Elsewhere nobody was woken any more once Redis had restarted, until the server was restarted too: slact/nchan#442,
 * slact/nchan#371, slact/nchan#190.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { ParkedFleet, ready, unready } from '../support/parked-fleet.ts';
import { Deployment } from './deployment.ts';

const POLLS = 40;
/** Of all polls; they would wait for 60 s. */
const WOKEN_MS = 15_000;

const deployment = new Deployment();

afterEach(() => deployment.clear());

describe('after Redis has restarted', () => {
  it('polls from before and polls that come since are woken, by the workers that there were', async () => {
    const redis = await deployment.server();
    const comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
    const workers = await comet.workerPids();
    const fleet = new ParkedFleet(comet, POLLS);
    await fleet.parkAll(await fleet.setAll('before'));
    await redis.cli('SAVE');
    await redis.kill();
    await unready(comet);
    await redis.restart();
    await ready(comet);
    expect(fleet.answered).toBe(0);
    for (const value of ['once', 'twice']) {
      const cursors = await fleet.setAll(value);
      const answers = await fleet.answers(WOKEN_MS);
      for (const [index, answer] of answers.entries()) {
        expect(answer).toMatchObject({ error_code: 0, value: `${value}-${index}`, recovered: true });
      }
      await fleet.parkAll(cursors);
    }
    expect(await comet.workerPids()).toEqual(workers);
  });
});
