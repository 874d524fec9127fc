import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { append, set } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, type RedisClient, ready } from '../support/redis-client.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

// Several processes, any of which may stand still for seconds on a busy machine.
jest.setTimeout(60_000);

/** A WAIT takes a third of it: so long may one that is to answer meanwhile stand still. Milliseconds. */
const TIMEOUT = 9_000;
const OURS = { prefix: 'durable:', ...CALM, timeoutMs: TIMEOUT, probeIntervalMs: 100 };

const stage = new RedisStage();

afterEach(() => stage.clear());

/** A master with one replica, which every set waits for. */
async function scene(): Promise<[RedisServer, RedisServer, RedisClient]> {
  const master = await stage.server({ 'repl-diskless-sync-delay': '0' });
  const replica = await stage.server({ replicaof: `127.0.0.1 ${master.port}` });
  await until(async () => String(await master.cli('INFO', 'replication')).includes('state=online'));
  const client = await stage.opened({ url: master.url, ...OURS, replicas: 1 });
  return [master, replica, client];
}

describe('durability replicas=1', () => {
  it('a set is over once a replica has it, and many at once share a WAIT', async () => {
    const [master, replica, client] = await scene();
    await master.cli('CONFIG', 'RESETSTAT');
    await Promise.all(Array.from({ length: 200 }, (_, i) => append(client, 'k', String(i))));
    const [log = ''] = (await replica.cli('KEYS', 'durable:*:log:k')) as string[];
    expect(await replica.cli('HGET', log, 'offset')).toBe('200');
    const waits = /cmdstat_wait:calls=(\d+)/.exec(String(await master.cli('INFO', 'commandstats')))?.[1];
    expect(Number(waits)).toBeGreaterThan(0);
    expect(Number(waits)).toBeLessThan(20);
  });

  it('is ready only while the connection for it stands', async () => {
    const [master, , client] = await scene();
    const clients = String(await master.cli('CLIENT', 'LIST'))
      .trim()
      .split('\n');
    const ours = clients.find((line) => line.includes('name=comet-durable')) ?? '';
    await master.cli('CONFIG', 'SET', 'maxclients', String(clients.length - 1));
    await master.cli('CLIENT', 'KILL', 'ID', /^id=(\d+)/.exec(ours)?.[1] ?? '');
    await until(() => JSON.stringify(client.engine.health()).includes('max number of clients reached'));
    await master.cli('CONFIG', 'SET', 'maxclients', '100');
    await ready(client);
    expect(await set(client, 'k', 'x')).toMatchObject({ type: 'appended' });
  });

  it('fails in time without the replica, holds nothing else up, and is written once whoever repeats it', async () => {
    const [master, replica, client] = await scene();
    const other = await stage.opened({ url: master.url, ...OURS, replicas: 1 });
    replica.freeze();
    const slow = outcome(set(client, 'k', 'x', 0, 'id'));
    let isOver = false;
    void slow.then(() => {
      isOver = true;
    });
    await until(async () => (await client.engine.read('k', false)) !== null);
    await client.engine.mailboxes.push('u', 'x');
    expect(isOver).toBe(false);
    // Told before the deadline of calls, at which it would be another code.
    expect((await slow).code).toBe('REDIS_NOT_REPLICATED');
    // Another worker appends nothing now, and is to be told the same.
    await until(async () => (await outcome(set(other, 'k', 'x', 0, 'id'))).code === 'REDIS_NOT_REPLICATED');
    expect(await set(other, 'k', 'y', 0, 'id')).toEqual({ type: 'conflict' });
    replica.thaw();
    const retried = await until(() => set(other, 'k', 'x', 0, 'id').catch(() => null));
    expect(retried).toMatchObject({ type: 'appended', offset: 1 });
    expect((await client.engine.read('k', true))?.values).toEqual(['x']);
  });

  /**
   * From Redis 7.2 on a WAIT is for what its own connection has written. A set that was repeated wrote nothing, and was
   * acknowledged though no replica had the entry. An older Redis waits all the same, so it is the writing that is looked at.
   */
  it('a set that is repeated writes something that replicas get, and nothing without durability', async () => {
    const [master, replica, client] = await scene();
    const hasty = await stage.opened({ url: master.url, ...OURS });
    await set(client, 'k', 'x', 0, 'id');
    const [id = ''] = (await master.cli('KEYS', 'durable:*:id:*')) as string[];
    for (const server of [master, replica]) await server.cli('CONFIG', 'RESETSTAT');
    const written = async (server: RedisServer) =>
      /cmdstat_set:calls=(\d+)/.exec(String(await server.cli('INFO', 'commandstats')))?.[1];
    await set(hasty, 'k', 'x', 0, 'id');
    expect(await written(master)).toBeUndefined();
    await set(client, 'k', 'x', 0, 'id');
    expect(await written(replica)).toBe('1');
    expect(Number(await master.cli('PTTL', id))).toBeGreaterThan(0);
  });
});
