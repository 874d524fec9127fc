import { afterEach, describe, expect, it } from '@jest/globals';
import { set, watch } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, type RedisClient } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/** Probes would be counted: after the first, which makes an engine ready, there is none. */
const OURS = { prefix: 'batch:', ...CALM, probeIntervalMs: 60_000 };

const stage = new RedisStage();

afterEach(() => stage.clear());

async function scene(): Promise<[RedisServer, RedisClient]> {
  const redis = await stage.server();
  return [redis, await stage.opened({ url: redis.url, ...OURS })];
}

/** What of a log is in Redis: its HASH or its LIST. */
async function nameOf(redis: RedisServer, part: 'log' | 'old', key: string): Promise<string> {
  const [name = ''] = (await redis.cli('KEYS', `batch:*:${part}:${key}`)) as string[];
  return name;
}

async function scriptCalls(redis: RedisServer): Promise<number> {
  const info = String(await redis.cli('INFO', 'commandstats'));
  return Number(/cmdstat_evalsha:calls=(\d+)/.exec(info)?.[1] ?? 0);
}

describe('appends that come together', () => {
  it('travel together: the first at once, the others in calls of at most 64', async () => {
    const [redis, client] = await scene();
    await redis.cli('CONFIG', 'RESETSTAT');
    const results = await Promise.all(Array.from({ length: 129 }, (_, i) => set(client, `k${i % 3}`, String(i))));
    expect(await scriptCalls(redis)).toBe(3);
    expect(results).toEqual(
      Array.from({ length: 129 }, (_, i) => expect.objectContaining({ offset: Math.floor(i / 3) + 1 })),
    );
    expect((await client.engine.read('k0', true))?.values.at(-1)).toBe('126');
  });

  it('have an outcome each: of another type, in conflict, repeated, with an expiry, and plain', async () => {
    const [redis, client] = await scene();
    await watch(client, 'plain', 'wrong');
    await set(client, 'taken', 'before', 0, 'id');
    await set(client, 'wrong', 'x');
    await set(client, 'list', 'x');
    const wrong = await nameOf(redis, 'log', 'wrong');
    await redis.cli('DEL', wrong);
    await redis.cli('SET', wrong, 'not a log');
    // Found once something of the entry was done: `list` is written when there is an older entry.
    await redis.cli('SET', (await nameOf(redis, 'log', 'list')).replace(':log:', ':old:'), 'not a list');
    const outcomes = await Promise.allSettled([
      set(client, 'plain', '1'),
      set(client, 'wrong', 'x'),
      set(client, 'taken', 'other', 0, 'id'),
      set(client, 'list', 'y'),
      set(client, 'taken', 'before', 0, 'id'),
      set(client, 'short', 'x', 100, 'new id'),
      set(client, 'plain', '2'),
    ]);
    const failed = { status: 'rejected', reason: expect.objectContaining({ code: 'REDIS_WRONG_TYPE' }) };
    const appended = (offset: number) => ({
      status: 'fulfilled',
      value: { type: 'appended', offset, epoch: expect.any(String) },
    });
    expect(outcomes).toEqual([
      appended(1),
      failed,
      { status: 'fulfilled', value: { type: 'conflict' } },
      failed,
      appended(1),
      appended(1),
      appended(2),
    ]);
    await until(() => client.events.entries('plain').length === 2);
    expect(client.events.entries('wrong')).toHaveLength(1);
    expect((await client.engine.read('short', false))?.expiresAt).toBeGreaterThan(0);
    expect((await client.engine.read('plain', false))?.expiresAt).toBe(0);
  });

  it('are not overtaken by a delete that comes after them', async () => {
    const [, client] = await scene();
    await Promise.all([set(client, 'a', '1'), set(client, 'b', '1'), set(client, 'b', '2'), client.engine.remove('b')]);
    expect(await client.engine.read('b', false)).toBeNull();
  });

  it('fail together, as what may have been done, when the connection is lost', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const client = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...OURS });
    proxy.silence('toClient');
    await redis.cli('CONFIG', 'RESETSTAT');
    const sets = Array.from({ length: 10 }, (_, i) => outcome(set(client, `k${i}`, 'x')));
    await until(async () => (await scriptCalls(redis)) === 2);
    await proxy.cut();
    for (const { code } of await Promise.all(sets)) expect(code).toBe('ENGINE_TIMEOUT');
  });

  it('of which a large one makes it enough go at once', async () => {
    const [redis, client] = await scene();
    await redis.cli('CONFIG', 'RESETSTAT');
    const value = 'x'.repeat(60_000);
    await Promise.all(Array.from({ length: 13 }, (_, i) => set(client, `k${i}`, value)));
    // One alone, then five and five, then the rest.
    expect(await scriptCalls(redis)).toBe(4);
  });
});

/** The list is told its expiry only now and then, and the log that it has none only when that isn't known. */
describe('what expires', () => {
  const expiry = async (redis: RedisServer, part: 'log' | 'old') =>
    Number(await redis.cli('PTTL', await nameOf(redis, part, 'k')));

  it('is nothing of a log that lasts, but its list long after', async () => {
    const [redis, client] = await scene();
    for (let i = 0; i < 20; i++) await set(client, 'k', String(i));
    expect(await expiry(redis, 'log')).toBe(-1);
    expect(await expiry(redis, 'old')).toBeGreaterThan(3_600_000);
    expect(await redis.cli('LLEN', await nameOf(redis, 'old', 'k'))).toBe(15);
  });

  it('is both with the ttl of the newest entry, and nothing again with the next that has none', async () => {
    const [redis, client] = await scene();
    for (const ttl of [0, 0, 100]) await set(client, 'k', 'x', ttl);
    expect(await expiry(redis, 'log')).toBeGreaterThan(0);
    expect(await expiry(redis, 'old')).toBeLessThanOrEqual(100_000);
    await set(client, 'k', 'x');
    expect(await expiry(redis, 'log')).toBe(-1);
    expect(await expiry(redis, 'old')).toBeGreaterThan(3_600_000);
  });

  it('is mended after a writer that knows nothing of this: the server before this one', async () => {
    const [redis, client] = await scene();
    for (const value of ['1', '2', '3']) await set(client, 'k', value);
    const log = await nameOf(redis, 'log', 'k');
    // Its HSET and its PEXPIREATs.
    await redis.cli('HSET', log, 'at', String(Date.now()));
    await redis.cli('PEXPIRE', log, '60000');
    await redis.cli('PEXPIRE', await nameOf(redis, 'old', 'k'), '60000');
    await set(client, 'k', '4');
    expect(await expiry(redis, 'log')).toBe(-1);
    expect(await expiry(redis, 'old')).toBeGreaterThan(3_600_000);
  });

  it('is the list that was evicted and begins anew', async () => {
    const [redis, client] = await scene();
    for (const value of ['1', '2', '3']) await set(client, 'k', value);
    await redis.cli('DEL', await nameOf(redis, 'old', 'k'));
    await set(client, 'k', '4');
    expect(await client.engine.read('k', true)).toMatchObject({ offset: 4, first: 3, values: ['3', '4'] });
    expect(await expiry(redis, 'old')).toBeGreaterThan(3_600_000);
  });
});
