import { afterEach, describe, expect, it } from '@jest/globals';
import { Names } from '../../src/engine/redis/names.ts';
import { set, settle, watch } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import type { RedisClient } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/** Probes would be counted: after the first, which makes an engine ready, there is none. */
const NAMES = { prefix: 'comet:', mailboxPrefix: 'Q/MSG', ...CALM, probeIntervalMs: 60_000 };

const stage = new RedisStage();

afterEach(() => stage.clear());

/** Calls by command since the last `CONFIG RESETSTAT`; those inside a script are counted too. */
async function calls(redis: RedisServer): Promise<Record<string, number>> {
  const info = String(await redis.cli('INFO', 'commandstats'));
  const found = [...info.matchAll(/cmdstat_([\w|]+):calls=(\d+)/g)].map(
    ([, name = '', count]) => [name, Number(count)] as const,
  );
  return Object.fromEntries(found);
}

/** Which commands Redis was sent while `what` was done. */
async function commandsOf(what: (client: RedisClient) => Promise<unknown>): Promise<Record<string, number>> {
  const redis = await stage.server();
  const client = await stage.opened({ url: redis.url, ...NAMES });
  await redis.cli('CONFIG', 'RESETSTAT');
  await what(client);
  return calls(redis);
}

describe('what a call costs', () => {
  it('an append is one command, whatever it does inside', async () => {
    const counted = await commandsOf(async (client) => {
      for (let i = 0; i < 20; i++) await set(client, 'k', String(i), i % 2, i % 3 === 0 ? `id-${i}` : '');
    });
    expect(counted.evalsha).toBe(20);
    // Inside the script: each announces itself once.
    expect(counted.publish).toBe(20);
    expect(Object.keys(counted)).not.toContain('script|load');
    expect(Object.keys(counted)).not.toContain('multi');
  });

  it('a notice costs no command, and neither do watching what is watched and leaving what is not', async () => {
    const counted = await commandsOf(async (client) => {
      await watch(client, 'n');
      client.engine.watch('n');
      client.engine.unwatch('never watched');
      await set(client, 'n', 'x');
      await until(() => client.events.entries('n').length === 1);
    });
    expect(counted.subscribe).toBe(1);
    expect(counted.unsubscribe).toBeUndefined();
    expect(counted.evalsha).toBe(1);
  });

  it('a thousand keys are subscribed in two commands', async () => {
    const keys = Array.from({ length: 1_000 }, (_, i) => `many-${i}`);
    const counted = await commandsOf((client) => watch(client, ...keys));
    expect(counted.subscribe).toBe(2);
  });

  it('an entry that nobody watches reaches nobody', async () => {
    const redis = await stage.server();
    const [a, b] = await Promise.all([
      stage.opened({ url: redis.url, ...NAMES }),
      stage.opened({ url: redis.url, ...NAMES }),
    ]);
    await watch(b, 'watched');
    await set(a, 'unwatched', 'x');
    await settle(a, b);
    expect(JSON.stringify([a.events.heard, b.events.heard])).not.toContain('unwatched');
    const channel = new Names(NAMES.prefix, NAMES.mailboxPrefix, 0).channel('unwatched');
    const [, subscribers] = (await redis.cli('PUBSUB', 'NUMSUB', channel)) as [string, number];
    expect(subscribers).toBe(0);
  });

  it('is metered by what it was', async () => {
    const redis = await stage.server();
    const a = await stage.opened({ url: redis.url, ...NAMES });
    const count = (name: 'append' | 'read' | 'pop') => a.meters.redisCommands.get(name)?.count ?? 0;
    const before = [count('append'), count('read'), count('pop')];
    await set(a, 'm', 'x');
    await a.engine.read('m', false);
    await a.engine.mailboxes.pop('m', 1, false);
    expect([count('append'), count('read'), count('pop')]).toEqual(before.map((value) => value + 1));
    expect(a.meters.pubsubLag.count).toBeGreaterThan(0);
  });
});
