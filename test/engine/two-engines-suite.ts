import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { set, settle, unique, watchMailbox } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { openRedisClient, type RedisClient } from '../support/redis-client.ts';
import { until } from '../support/until.ts';

/** Redis, in whatever deployment. */
export interface Deployed {
  readonly url: string;
  /** Runs a command where the key is that is its first argument. */
  cli(...command: string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Two engines, one Redis: what only shows on a real one, whatever its deployment. */
export function twoEnginesSuite(name: string, start: (config: Record<string, string>) => Promise<Deployed>): void {
  describe(name, () => {
    let redis: Deployed;
    let a: RedisClient;
    let b: RedisClient;

    beforeAll(async () => {
      redis = await start({ 'notify-keyspace-events': 'Kl' });
      const options = { url: redis.url, prefix: 'comet:', mailboxPrefix: 'Q/MSG', historySize: 4, ...CALM };
      [a, b] = await Promise.all([openRedisClient(options), openRedisClient(options)]);
    });

    afterAll(async () => {
      await Promise.all([a.engine.stop(), b.engine.stop()]);
      await redis.stop();
    });

    describe('live', () => {
      it('is told before every notice that it promises, also when both come in one read', async () => {
        const keys = Array.from({ length: 60 }, () => unique('first'));
        let writing = true;
        const writers = keys.map(async (key) => {
          while (writing) await set(a, key, 'x');
        });
        for (const key of keys) {
          b.engine.watch(key);
          await until(() => b.events.notices(key).length > 0, { interval: 0 });
        }
        writing = false;
        await Promise.all(writers);
        for (const key of keys) expect(b.events.order(key)[0]).toBe('live');
      });
    });

    describe('a mailbox that other programs push into', () => {
      it.each([
        ['LPUSH', ['one']],
        ['RPUSH', ['one']],
        ['LPUSH', ['one', 'two', 'three']],
      ])('is hinted at once a command: %s of %j', async (command, values) => {
        const uid = unique('u');
        await watchMailbox(b, uid);
        await redis.cli(command, `Q/MSG${uid}`, ...values);
        await until(() => b.events.hints(uid) > 0);
        await settle(a, b);
        expect(b.events.hints(uid)).toBe(1);
        expect((await a.engine.mailboxes.pop(uid, 9, false)).values).toEqual(values);
      });

      it('is not hinted at because we take out', async () => {
        const uid = unique('u');
        await redis.cli('LPUSH', `Q/MSG${uid}`, 'one', 'two', 'three');
        await watchMailbox(b, uid);
        expect((await a.engine.mailboxes.pop(uid, 1, true)).values).toEqual(['one']);
        await a.engine.mailboxes.take(uid, '', false);
        await a.engine.mailboxes.pop(uid, 9, false);
        await settle(a, b);
        expect(b.events.hints(uid)).toBe(0);
      });

      it('is hinted at once for a push through us, though the keyspace tells of it as well', async () => {
        const uid = unique('u');
        await watchMailbox(b, uid);
        await a.engine.mailboxes.push(uid, 'x');
        await until(() => b.events.hints(uid) > 0);
        await settle(a, b);
        expect(b.events.hints(uid)).toBe(1);
      });
    });
  });
}
