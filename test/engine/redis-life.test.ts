import { afterEach, describe, expect, it } from '@jest/globals';
import { append, unique, watch } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, type RedisClient, ready } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/*
 * A Redis that restarts or is promoted can come back older than it was: it had acknowledged offsets 4 to 6, comes back
 * at 3 and gives 4 to 7 again. A client at 6 would silently miss three entries. So a log knows in which life of Redis
 * it was written, and the first append in another one begins an epoch, which remembers where the one before was left.
 */

const stage = new RedisStage();

afterEach(() => stage.clear());

const server = (config = {}) => stage.server({ 'repl-diskless-sync-delay': '0', ...config });
const client = (redis: RedisServer) =>
  stage.opened({ url: redis.url, prefix: 'life:', historySize: 4, ...CALM, probeIntervalMs: 50 });

/** Waits until the engine has noticed a restart and is well again. */
async function back(who: RedisClient, reconnects: number): Promise<void> {
  await until(() => who.meters.redisReconnects >= reconnects);
  await ready(who);
}

describe('after a restart', () => {
  it('with its data, a key goes on numbering in a new epoch that knows the one before', async () => {
    const redis = await server();
    const a = await client(redis);
    const key = unique('k');
    await watch(a, key);
    await append(a, key, '1');
    const { epoch } = await append(a, key, '2');
    await redis.restart();
    await back(a, 2);
    expect(await a.engine.read(key, true)).toMatchObject({ epoch, offset: 2, ancestor: null, values: ['1', '2'] });
    await until(() => a.events.lives(key) >= 2);
    const third = await append(a, key, '3');
    expect(third.offset).toBe(3);
    expect(third.epoch).not.toBe(epoch);
    const ancestor = { epoch, offset: 2 };
    expect(await a.engine.read(key, true)).toMatchObject({
      ...{ epoch: third.epoch, offset: 3, first: 1 },
      ancestor,
      values: ['1', '2', '3'],
    });
    await until(() => a.events.entries(key).length === 3);
    expect(a.events.entries(key).at(-1)).toMatchObject({
      epoch: third.epoch,
      offset: 3,
      first: 1,
      ancestor,
      value: '3',
    });
    // The next one stays in it, and so does its ancestor.
    expect(await append(a, key, '4')).toMatchObject({ epoch: third.epoch, offset: 4 });
    expect(await a.engine.read(key, false)).toMatchObject({ ancestor });
  });

  it('to an older snapshot, no offset of the epoch that was left is given again', async () => {
    const redis = await server();
    const a = await client(redis);
    const key = unique('k');
    for (const value of ['1', '2', '3']) await append(a, key, value);
    const snapshot = await redis.snapshot();
    for (const value of ['4', '5']) await append(a, key, value);
    const { epoch, offset } = await append(a, key, '6');
    expect(offset).toBe(6);
    await redis.restartFrom(snapshot);
    await back(a, 2);
    expect(await a.engine.read(key, true)).toMatchObject({ epoch, offset: 3 });
    const next = await append(a, key, '4b');
    expect(next.offset).toBe(4);
    expect(next.epoch).not.toBe(epoch);
    expect(await a.engine.read(key, true)).toMatchObject({
      ancestor: { epoch, offset: 3 },
      values: ['1', '2', '3', '4b'],
    });
  });

  it('with nothing, a key begins anew', async () => {
    const redis = await server();
    const a = await client(redis);
    const key = unique('k');
    await watch(a, key);
    const { epoch } = await append(a, key, '1');
    await redis.restartEmpty();
    await back(a, 2);
    await until(() => a.events.lives(key) >= 2);
    expect(await a.engine.read(key, true)).toBeNull();
    const next = await append(a, key, '1b');
    expect(next.offset).toBe(1);
    expect(next.epoch).not.toBe(epoch);
    expect(await a.engine.read(key, true)).toMatchObject({ ancestor: null, first: 1 });
  });

  it('from an append-only file, too', async () => {
    const redis = await server({ appendonly: 'yes', appendfsync: 'always' });
    const a = await client(redis);
    const key = unique('k');
    const { epoch } = await append(a, key, '1');
    await redis.kill();
    await redis.restart();
    await back(a, 2);
    expect(await a.engine.read(key, false)).toMatchObject({ epoch, offset: 1 });
    await append(a, key, '2');
    expect(await a.engine.read(key, false)).toMatchObject({ offset: 2, ancestor: { epoch, offset: 1 } });
  });

  it('two workers agree on the epoch, whoever appends first and however long their connections stand', async () => {
    const redis = await server();
    const [a, b] = [await client(redis), await client(redis)];
    const key = unique('k');
    await append(a, key, '1');
    await redis.restart();
    await Promise.all([back(a, 2), back(b, 2)]);
    const epochs = new Set<string>();
    for (let i = 0; i < 10; i++) epochs.add((await append(i % 2 === 0 ? a : b, key, String(i))).epoch);
    expect(epochs.size).toBe(1);
  });
});

describe('a replica', () => {
  it('is refused, found out when a master becomes one, and taken when it is promoted', async () => {
    const [redis, other] = [await server(), await server()];
    const a = await client(redis);
    const key = unique('k');
    const { epoch } = await append(a, key, '1');
    await redis.cli('REPLICAOF', '127.0.0.1', String(other.port));
    await until(async () => (await outcome(append(a, key, 'x'))).code === 'REDIS_READONLY');
    await until(() => JSON.stringify(a.engine.health()).includes('replica'));
    await redis.cli('REPLICAOF', 'NO', 'ONE');
    await ready(a);
    expect((await append(a, key, '2')).epoch).not.toBe(epoch);
  });

  it('that was master before in the same process is another life, though its connection and run id stand', async () => {
    // A is master, B its lagging replica takes over, A is filled from B and promoted again: the same process, but what
    // it acknowledged is lost. The process alone would say that nothing happened.
    const [a, b] = [await server(), await server()];
    const worker = await client(a);
    const key = unique('k');
    for (const value of ['1', '2']) await append(worker, key, value);
    const { epoch } = await append(worker, key, '3');
    await b.cli('REPLICAOF', '127.0.0.1', String(a.port));
    await until(async () => String(await b.cli('INFO', 'replication')).includes('master_link_status:up'));
    await until(async () => Number(await b.cli('DBSIZE')) > 1);
    await b.cli('REPLICAOF', 'NO', 'ONE');
    const lost = await append(worker, key, '4, which B never saw');
    expect(lost.offset).toBe(4);
    const runId = /run_id:(\w+)/.exec(String(await a.cli('INFO', 'server')))?.[1];
    await a.cli('REPLICAOF', '127.0.0.1', String(b.port));
    await until(async () => String(await a.cli('INFO', 'replication')).includes('master_link_status:up'));
    await a.cli('REPLICAOF', 'NO', 'ONE');
    await until(async () => (await outcome(worker.engine.read(key, false))).code === 'ok');
    const next = await until(() => append(worker, key, '4b').catch(() => null));
    expect(/run_id:(\w+)/.exec(String(await a.cli('INFO', 'server')))?.[1]).toBe(runId);
    expect(next.offset).toBe(4);
    expect(next.epoch).not.toBe(lost.epoch);
    expect(await worker.engine.read(key, false)).toMatchObject({ ancestor: { epoch, offset: 3 } });
  });
});
