import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { set, settle, unique, watch, watchMailbox } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { openRedisClient, type RedisClient, ready } from '../support/redis-client.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisSentinels } from '../support/redis-sentinels.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { twoEnginesSuite } from './two-engines-suite.ts';

/** Two engines, one Redis: what only shows on a real one. The contract suite has the rest. */
const NAMES = { prefix: 'comet:', mailboxPrefix: 'Q/MSG', historySize: 4, ...CALM };
/** Nothing fails over here: one that stands still for so long is not to be taken for dead. */
const STILL_MS = 15_000;

let redis: RedisServer;
let a: RedisClient;

twoEnginesSuite('on one Redis', (config) => RedisServer.start({ config }));

twoEnginesSuite('behind sentinels', (config) => RedisSentinels.start(config, STILL_MS));

twoEnginesSuite('on a Redis Cluster', (config) =>
  RedisCluster.start({ replicas: 0, config: { ...config, 'cluster-node-timeout': String(STILL_MS) } }),
);

beforeAll(async () => {
  redis = await RedisServer.start({ config: { 'notify-keyspace-events': 'Kl' } });
  a = await openRedisClient({ url: redis.url, ...NAMES });
});

afterAll(async () => {
  await a.engine.stop();
  await redis.stop();
});

describe('names', () => {
  it('of another prefix or database are another world', async () => {
    const strangers = await Promise.all([
      openRedisClient({ url: redis.url, ...NAMES, prefix: 'other:' }),
      openRedisClient({ url: `${redis.url}/5`, ...NAMES }),
    ]);
    const key = unique('k');
    const [, byDatabase] = strangers as [RedisClient, RedisClient];
    const uid = unique('u');
    for (const stranger of strangers) await watch(stranger, key);
    await watchMailbox(byDatabase, uid);
    await set(a, key, 'x');
    await a.engine.mailboxes.push(uid, 'x');
    expect((await a.engine.mailboxes.pop(uid, 1, false)).values).toEqual(['x']);
    for (const stranger of strangers) {
      expect(await stranger.engine.read(key, false)).toBeNull();
      // Pub/sub knows no databases: what comes back in order after it shows that it didn't come.
      await settle(stranger, stranger);
      expect(stranger.events.notices(key)).toEqual([]);
    }
    expect(byDatabase.events.hints(uid)).toBe(0);
    await byDatabase.engine.mailboxes.push(uid, 'x');
    expect((await a.engine.mailboxes.pop(uid, 1, false)).values).toEqual([]);
    await redis.cli('SELECT', '5');
    const hints = byDatabase.events.hints(uid);
    await redis.cli('LPUSH', `Q/MSG${uid}`, 'y');
    await until(() => byDatabase.events.hints(uid) > hints);
    await redis.cli('SELECT', '0');
    await Promise.all(strangers.map(({ engine }) => engine.stop()));
  });

  it('leave nothing behind that does not end by itself, but what is the newest', async () => {
    const key = unique('tidy');
    for (const value of ['1', '2', '3']) await set(a, key, value, 0, unique('id'));
    const keys = ((await redis.cli('KEYS', `*${key}*`)) as string[]).sort();
    const ttls = await Promise.all(
      keys.map(async (name) => [name.split(':')[2], Number(await redis.cli('TTL', name))] as const),
    );
    for (const [kind, ttl] of ttls) {
      if (kind === 'log') expect(ttl).toBe(-1);
      else expect(ttl).toBeGreaterThan(0);
    }
    expect(ttls.map(([kind]) => kind)).toEqual(['id', 'id', 'id', 'log', 'old']);
    await a.engine.remove(key);
    expect(((await redis.cli('KEYS', `*${key}*`)) as string[]).every((name) => name.includes(':id:'))).toBe(true);
  });
});

describe('a mailbox that other programs push into', () => {
  it('works without keyspace events, and the log says what is missing', async () => {
    const plain = await RedisServer.start();
    const client = await openRedisClient({ url: plain.url, ...NAMES });
    await watchMailbox(client, 'u');
    await client.engine.mailboxes.push('u', 'x');
    await until(() => client.events.hints('u') === 1);
    expect(client.logs.join('')).toContain('notify-keyspace-events lacks');
    expect(a.logs.join('')).toContain('pushes of other programs wake mailbox polls');
    await client.engine.stop();
    await plain.stop();
  });
});

describe('what is logged', () => {
  it('tells transitions, in constant words, and no secret', async () => {
    const guarded = await RedisServer.start({ config: { requirepass: 'sesame-open-secret' } });
    const client = await openRedisClient({ url: guarded.url, ...NAMES });
    await guarded.restart();
    await until(() => client.meters.redisReconnects >= 2);
    await ready(client);
    await client.engine.stop();
    await guarded.stop();
    const text = client.logs.join('');
    expect(text).not.toContain('sesame');
    expect(text).not.toContain(encodeURIComponent(guarded.url));
    expect(text).toContain(`127.0.0.1:${guarded.port}/0`);
    const messages = new Set(client.logs.map((line) => (JSON.parse(line) as { msg: string }).msg));
    expect(messages).toContain('connected to redis');
    expect(messages).toContain('redis out of reach, trying again');
  });
});
