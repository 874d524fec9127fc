import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { set, unique } from './world.ts';

/** Start, stop and health. */
export function lifecycleSuite(worlds: () => Worlds): void {
  describe('an engine', () => {
    it('becomes ready after it is started', async () => {
      const { engine } = worlds().lasting.client();
      try {
        await until(() => engine.health().ready);
      } finally {
        await engine.stop();
      }
    });

    it('says why it is not ready once it is stopped', async () => {
      const { engine } = worlds().lasting.client();
      await until(() => engine.health().ready);
      await engine.stop();
      const health = engine.health();
      expect(health).toEqual({ ready: false, reason: expect.any(String) });
    });

    it('fails outstanding calls when it is stopped, as calls that may have been done', async () => {
      const client = worlds().lasting.client();
      await until(() => client.engine.health().ready);
      const calls = [
        client.engine.read(unique('stop'), false),
        set(client, unique('stop'), 'x'),
        client.engine.mailboxes.pop(unique('stop'), 1, false),
      ];
      const settled = Promise.allSettled(calls);
      await client.engine.stop();
      for (const outcome of await settled) {
        expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'ENGINE_TIMEOUT' } });
      }
    });

    it('refuses calls as unavailable once it is stopped', async () => {
      const client = worlds().lasting.client();
      await client.engine.stop();
      await expect(set(client, unique('stop'), 'x')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    });

    it('may be stopped twice', async () => {
      const { engine } = worlds().lasting.client();
      await engine.stop();
      await engine.stop();
    });

    it('tells nothing once it is stopped', async () => {
      const { a, client } = { a: worlds().lasting.a, client: worlds().lasting.client() };
      const key = unique('stop');
      client.engine.watch(key);
      await until(() => client.events.lives(key) > 0);
      await client.engine.stop();
      await set(a, key, 'x');
      expect(client.events.notices(key)).toEqual([]);
    });
  });
}
