import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ErrorReply } from 'redis';
import { refusalOf } from '../../src/engine/redis/refusals.ts';
import { set, unique, watch } from '../contract/world.ts';
import { outcome, type RedisClient, ready, startRedisClient } from '../support/redis-client.ts';
import { RedisServer, type RedisServerOptions } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function server(config: NonNullable<RedisServerOptions['config']> = {}): Promise<RedisServer> {
  const redis = await RedisServer.start({ config });
  closers.push(() => redis.stop());
  return redis;
}

function started(url: string): RedisClient {
  const client = startRedisClient({ url, prefix: 'refused:', mailboxPrefix: 'Q/MSG', probeIntervalMs: 100 });
  closers.push(() => client.engine.stop());
  return client;
}

async function opened(url: string): Promise<RedisClient> {
  const client = started(url);
  await ready(client);
  return client;
}

const codeOf = async (call: Promise<unknown>) => (await outcome(call)).code;

/** A user who may do anything but what `rules` take away. */
const user = (rules: string) => `worker on >worker-password ~* &* +@all ${rules}`;
const as = (redis: RedisServer, password = 'worker-password') => `redis://worker:${password}@127.0.0.1:${redis.port}`;

describe('a refusal of Redis', () => {
  it('OOM: writing is refused, reading, deleting and taking out go on', async () => {
    const redis = await server({ 'maxmemory-policy': 'noeviction' });
    const client = await opened(redis.url);
    await set(client, 'k', 'x');
    await client.engine.mailboxes.push('u', 'm');
    await client.engine.mailboxes.push('u', 'm2');
    await redis.cli('CONFIG', 'SET', 'maxmemory', '1');
    expect(await codeOf(set(client, 'k', 'y'))).toBe('REDIS_OUT_OF_MEMORY');
    expect(await codeOf(client.engine.mailboxes.push('u', 'n'))).toBe('REDIS_OUT_OF_MEMORY');
    expect((await client.engine.read('k', false))?.values).toEqual(['x']);
    const { values } = await client.engine.mailboxes.pop('u', 1, false);
    expect(values).toEqual(['m']);
    await client.engine.mailboxes.giveBack('u', values);
    expect((await client.engine.mailboxes.take('u', '', false)).message?.value).toBe('m');
    await client.engine.remove('k');
    expect(await client.engine.read('k', false)).toBeNull();
    expect(client.engine.health().ready).toBe(true);
    await redis.cli('CONFIG', 'SET', 'maxmemory', '0');
    expect(await codeOf(set(client, 'k', 'y'))).toBe('ok');
  });

  it('MISCONF: writing is refused, probes and reading go on', async () => {
    const redis = await server({ save: '3600 1' });
    const client = await opened(redis.url);
    await set(client, 'k', 'x');
    // Saving fails: a directory stands where the file should.
    await mkdir(join(redis.dir, 'dump.rdb', 'x'), { recursive: true });
    await redis.cli('BGSAVE');
    await until(async () => String(await redis.cli('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'));
    expect(await codeOf(set(client, 'k', 'y'))).toBe('REDIS_MISCONF');
    expect(await codeOf(client.engine.mailboxes.push('u', 'n'))).toBe('REDIS_MISCONF');
    expect((await client.engine.read('k', false))?.values).toEqual(['x']);
    // Probes come back still: nothing else publishes here.
    const back = client.meters.pubsubLag.count;
    await until(() => client.meters.pubsubLag.count > back + 3);
    expect(client.engine.health().ready).toBe(true);
  });

  it('READONLY: of a replica', async () => {
    const [redis, other] = [await server(), await server()];
    const client = await opened(redis.url);
    await redis.cli('REPLICAOF', '127.0.0.1', String(other.port));
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_READONLY');
    await until(() => client.engine.health().ready === false);
    expect(await codeOf(set(client, 'k', 'x'))).toBe('REDIS_READONLY');
  });

  it('READONLY: a replica is not even read from, what it has may be old', async () => {
    const [replica, master] = [await server(), await server()];
    await replica.cli('REPLICAOF', '127.0.0.1', String(master.port));
    const client = started(replica.url);
    await until(async () => (await codeOf(client.engine.read('k', false))) === 'REDIS_READONLY');
    expect(client.logs.join('')).not.toContain('connected to redis');
  });

  it('LOADING: while Redis reads its data', async () => {
    const redis = await server({ 'enable-debug-command': 'local', 'loading-process-events-interval-bytes': '1024' });
    await redis.cli('DEBUG', 'POPULATE', '2000');
    await redis.cli('SAVE');
    // Microseconds a key: it loads for two seconds.
    await redis.cli('CONFIG', 'SET', 'key-load-delay', '1000');
    await redis.cli('CONFIG', 'REWRITE');
    await redis.kill();
    const client = started(redis.url);
    const restarted = redis.restart();
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_LOADING');
    await restarted;
    await ready(client);
    expect(await codeOf(set(client, 'k', 'x'))).toBe('ok');
  });

  it('WRONGTYPE: something else stands under our name, and is left alone', async () => {
    const redis = await server();
    const client = await opened(redis.url);
    await redis.cli('SET', 'Q/MSGu', 'not a list');
    expect(await codeOf(client.engine.mailboxes.push('u', 'x'))).toBe('REDIS_WRONG_TYPE');
    expect(await codeOf(client.engine.mailboxes.pop('u', 1, false))).toBe('REDIS_WRONG_TYPE');
    expect(await codeOf(client.engine.mailboxes.take('u', '', false))).toBe('REDIS_WRONG_TYPE');
    expect(await redis.cli('GET', 'Q/MSGu')).toBe('not a list');
  });

  it('NOAUTH and WRONGPASS: no password, a wrong one, and then the right one', async () => {
    const redis = await server({ requirepass: 'the-right-password', user: user('') });
    for (const url of [`redis://127.0.0.1:${redis.port}`, as(redis, 'a-wrong-password')]) {
      const client = started(url);
      await until(async () => (await codeOf(client.engine.read('k', false))) === 'REDIS_AUTH');
      expect(JSON.stringify(client.engine.health())).toMatch(/NOAUTH|WRONGPASS/);
      expect(client.logs.join('')).toMatch(/NOAUTH|WRONGPASS/);
      expect(client.logs.join('')).not.toContain('password"');
      expect(client.logs.join('')).not.toContain('a-wrong-password');
    }
    const client = await opened(redis.url);
    expect(await codeOf(set(client, 'k', 'x'))).toBe('ok');
    expect(client.logs.join('')).not.toContain('the-right-password');
  });

  it.each([
    ['a command of a script', '-hset'],
    ['the script', '-evalsha'],
    ['the keys', 'resetkeys ~other:*'],
    ['the channels', 'resetchannels'],
  ])('NOPERM: our user lacks %s', async (_, rules) => {
    const redis = await server({ user: user(rules) });
    const client = started(as(redis));
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_AUTH');
  });

  it('NOPERM on keyspace channels only: mailboxes live without them, and the log says so', async () => {
    const redis = await server({ user: user('resetchannels &refused:*') });
    const client = await opened(as(redis));
    client.engine.mailboxes.watch('u');
    await until(() => client.events.mailboxLives('u') === 1);
    await client.engine.mailboxes.push('u', 'x');
    await until(() => client.events.hints('u') === 1);
    expect(client.logs.join('')).toContain('Redis refuses the keyspace channels');
  });

  it('none for a user who has just what the documentation says', async () => {
    const guide = await readFile(new URL('../../docs/decisions/redis-permissions.md', import.meta.url), 'utf8');
    const rules = /ACL SETUSER comet on ><password> ([^`]*)/.exec(guide)?.[1]?.replace(/\s+/g, ' ') ?? '';
    const redis = await server({ user: `worker on >worker-password ${rules.replaceAll('comet:', 'refused:').trim()}` });
    const client = await opened(as(redis));
    await watch(client, 'k');
    client.engine.mailboxes.watch('u');
    for (const id of ['', 'id', 'id']) expect(await codeOf(client.engine.append('k', 'x', { ttl: 60, id }))).toBe('ok');
    for (let i = 0; i < 20; i++) await set(client, 'k', String(i));
    expect((await client.engine.read('k', true))?.offset).toBe(22);
    await client.engine.remove('k');
    const { mailboxes } = client.engine;
    for (const value of ['1', '2', '3']) await mailboxes.push('u', value);
    expect((await mailboxes.take('u', '', false)).message?.value).toBe('1');
    const { values } = await mailboxes.pop('u', 9, false);
    await mailboxes.giveBack('u', values);
    client.engine.unwatch('k');
    await until(() => client.events.hints('u') > 0);
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await codeOf(client.engine.read('k', false))).toBe('ok');
    expect(client.logs.join('')).not.toMatch(/refuse|NOPERM/);
  });

  it('NOPERM on CONFIG changes nothing', async () => {
    const redis = await server({ user: user('-config'), 'notify-keyspace-events': 'Kl' });
    const client = await opened(as(redis));
    client.engine.mailboxes.watch('u');
    await until(() => client.events.mailboxLives('u') === 1);
    await redis.cli('LPUSH', 'Q/MSGu', 'x');
    await until(() => client.events.hints('u') === 1);
  });

  it('NOSCRIPT: scripts that Redis was told to forget are loaded again, unseen', async () => {
    const redis = await server();
    const client = await opened(redis.url);
    const key = unique('k');
    await watch(client, key);
    await redis.cli('SCRIPT', 'FLUSH');
    const results = await Promise.all(Array.from({ length: 50 }, (_, i) => set(client, key, String(i))));
    expect(results.map((result) => (result.type === 'appended' ? result.offset : 0))).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    await redis.cli('SCRIPT', 'FLUSH');
    expect((await client.engine.read(key, false))?.values).toEqual(['49']);
    await until(() => client.events.entries(key).length === 50);
  });

  it('NOSCRIPT that stays: it is given up after one try', async () => {
    const redis = await server({ user: user('') });
    const client = await opened(as(redis));
    await redis.cli('ACL', 'SETUSER', 'worker', '-script');
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await codeOf(client.engine.mailboxes.push('u', 'x'))).toBe('REDIS_NO_SCRIPT');
  });

  it('a Redis that is no master of a slot', async () => {
    // A single node in cluster mode that has no slots.
    const redis = await server({ 'cluster-enabled': 'yes' });
    const client = started(redis.url);
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_CLUSTER_DOWN');
  });

  it.each([
    ['MOVED 1 127.0.0.1:1', 'REDIS_CLUSTER_DOWN'],
    ['MASTERDOWN Link with MASTER is down', 'REDIS_READONLY'],
    ['NOREPLICAS Not enough good replicas to write.', 'REDIS_ERROR'],
    ['ERR unknown', 'REDIS_ERROR'],
    ['', 'REDIS_ERROR'],
  ])('%j is %s', (message, code) => {
    expect(refusalOf(new ErrorReply(message)).code).toBe(code);
  });
});
