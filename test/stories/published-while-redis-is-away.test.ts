/**
 * Elsewhere messages were lost while Redis was away: socketio/socket.io-redis-adapter#393,
 * socketio/socket.io-redis-adapter#399. Away from one machine, while another goes on publishing; and away from all.
 */
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Answer, get, post } from '../support/http-client.ts';
import { KeyFollower } from '../support/key-follower.ts';
import { ready, set, unready } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';
import { Deployment } from './deployment.ts';

const deployment = new Deployment();

afterEach(() => deployment.clear());

/** Sends it again for as long as it is told to come back. */
function retried(send: () => Promise<Answer>): Promise<Answer> {
  const attempt = async () => {
    const answer = await send();
    return answer.status === 503 ? null : answer;
  };
  return until(attempt, { interval: 50, message: 'an answer that is not to come back' });
}

describe('while Redis is away', () => {
  it('from one machine: its clients get all that others published meanwhile, in order', async () => {
    const redis = await deployment.server();
    const proxy = await deployment.proxyTo(redis);
    const there = await deployment.comet({ workers: 1, flags: { 'redis-url': redis.url } });
    const here = await deployment.comet({ flags: { 'redis-url': `redis://127.0.0.1:${proxy.port}` } });
    const follower = new KeyFollower('news', here.ports);
    const following = follower.run();
    const written: string[] = [];
    const write = async (value: string) => {
      await set(there.port(), 'news', value);
      written.push(value);
    };
    try {
      await write('before');
      await until(() => follower.seen.length === 1);
      await proxy.cut();
      await unready(here);
      for (let count = 0; count < 10; count++) await write(`meanwhile ${count}`);
      await proxy.restore();
      await ready(here);
      await until(() => follower.seen.length === written.length, { message: 'what was published meanwhile' });
      await write('after');
      await until(() => follower.seen.length === written.length);
      expect(follower.seen).toEqual(written);
    } finally {
      follower.stop();
      // Wakes the last poll, so that it need not wait for its time-out.
      await set(there.port(), 'news', 'end');
      await following;
    }
    expect(follower.faults).toEqual([]);
  });

  it('from all: nothing is taken that would be lost, and the publisher is told to come back', async () => {
    const redis = await deployment.server();
    const comet = await deployment.comet({ flags: { 'redis-url': redis.url } });
    await redis.kill();
    await unready(comet);
    const form = { key: 'news', value: 'v', id: 'once' };
    const refused = [
      await post(comet.port(0), '/set', { form }),
      await post(comet.port(1), '/push', { form: { uid: '1', value: 'm' } }),
    ];
    for (const { status, headers } of refused) {
      expect(status).toBe(503);
      expect(headers['retry-after']).toMatch(/^[1-5]$/);
    }
    await redis.restart();
    await ready(comet);
    const mailbox = await retried(() => get(comet.port(), '/?uid=1&timeout=0'));
    expect(mailbox.json()).toEqual({ error_code: 1 });
    const sets = comet.ports.map((port) => retried(() => post(port, '/set', { form })));
    const [first, second] = await Promise.all(sets);
    expect([first?.status, second?.status, second?.body]).toEqual([200, 200, first?.body]);
    expect((await get(comet.port(1), '/get?key=news&after=0')).json()).toMatchObject({ value: 'v' });
  });
});
