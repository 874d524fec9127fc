import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { ErrorReply } from 'redis';
import { systemClock } from '../../src/clock.ts';
import { Names } from '../../src/engine/redis/names.ts';
import { refusalOf } from '../../src/engine/redis/refusals.ts';
import { Hub } from '../../src/hub/hub.ts';
import { set, unique, watch } from '../contract/world.ts';
import { type Answer, TestPoll } from '../hub/follower.ts';
import { freePort } from '../support/free-port.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, ready } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const stage = new RedisStage();

afterEach(() => stage.clear());

const OURS = { prefix: 'refused:', mailboxPrefix: 'Q/MSG', ...CALM, probeIntervalMs: 100 };
const started = (url: string) => stage.started({ url, ...OURS });
const opened = (url: string) => stage.opened({ url, ...OURS });

const codeOf = async (call: Promise<unknown>) => (await outcome(call)).code;

describe('a refusal of Redis', () => {
  it('OOM: writing is refused, reading, deleting and taking out go on', async () => {
    const redis = await stage.server({ 'maxmemory-policy': 'noeviction' });
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
    const redis = await stage.server({ save: '3600 1' });
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
    const [redis, other] = [await stage.server(), await stage.server()];
    const client = await opened(redis.url);
    await redis.cli('REPLICAOF', '127.0.0.1', String(other.port));
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_READONLY');
    await until(() => client.engine.health().ready === false);
    expect(await codeOf(set(client, 'k', 'x'))).toBe('REDIS_READONLY');
  });

  it('READONLY: a replica is not even read from, what it has may be old', async () => {
    const [replica, master] = [await stage.server(), await stage.server()];
    await replica.cli('REPLICAOF', '127.0.0.1', String(master.port));
    const client = started(replica.url);
    await until(async () => (await codeOf(client.engine.read('k', false))) === 'REDIS_READONLY');
    expect(client.logs.join('')).not.toContain('connected to redis');
  });

  it('LOADING: while Redis reads its data', async () => {
    const redis = await stage.server({
      'enable-debug-command': 'local',
      'loading-process-events-interval-bytes': '1024',
    });
    await redis.cli('DEBUG', 'POPULATE', '2000');
    await redis.cli('SAVE');
    // Microseconds a key: it loads for ten seconds, or until that was seen.
    await redis.cli('CONFIG', 'SET', 'key-load-delay', '5000');
    await redis.cli('CONFIG', 'REWRITE');
    await redis.kill();
    const client = started(redis.url);
    const restarted = redis.restart();
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_LOADING');
    await redis.cli('CONFIG', 'SET', 'key-load-delay', '0');
    await restarted;
    await ready(client);
    expect(await codeOf(set(client, 'k', 'x'))).toBe('ok');
  });

  it('a mailbox that another program fills beyond the bound is refused to us alone', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, ...OURS, maxMailboxLength: 2 });
    const { mailboxes } = client.engine;
    await mailboxes.push('u', '1');
    await redis.cli('LPUSH', 'Q/MSGu', '2', '3', '4');
    expect(await codeOf(mailboxes.push('u', 'x'))).toBe('MAILBOX_FULL');
    expect((await mailboxes.pop('u', 9, false)).values).toEqual(['1', '2', '3', '4']);
    expect(await codeOf(mailboxes.push('u', 'x'))).toBe('ok');
  });

  it('WRONGTYPE: something else stands under our name, and is left alone', async () => {
    const redis = await stage.server();
    const client = await opened(redis.url);
    await redis.cli('SET', 'Q/MSGu', 'not a list');
    expect(await codeOf(client.engine.mailboxes.push('u', 'x'))).toBe('REDIS_WRONG_TYPE');
    expect(await codeOf(client.engine.mailboxes.pop('u', 1, false))).toBe('REDIS_WRONG_TYPE');
    expect(await codeOf(client.engine.mailboxes.take('u', '', false))).toBe('REDIS_WRONG_TYPE');
    expect(await redis.cli('GET', 'Q/MSGu')).toBe('not a list');
  });

  it('WRONGTYPE: what another program keeps under the names of our logs is no log, and is left alone', async () => {
    const redis = await stage.server();
    const client = await opened(redis.url);
    const names = new Names(OURS.prefix, OURS.mailboxPrefix, 0);
    const foreign: readonly (readonly [string, ...string[]])[] = [
      ['SET', 'text'],
      ['LPUSH', 'text'],
      ['HSET', 'epoch', 'e'],
      ['HSET', 'epoch', 'e', 'offset', 'many', 'value', 'v'],
      ['HSET', 'epoch', 'e', 'offset', '0', 'value', 'v', 'at', '1'],
    ];
    for (const [index, [command, ...args]] of foreign.entries()) {
      const key = `foreign${index}`;
      const name = names.key(key).log;
      await redis.cli(command, name, ...args);
      const before = await redis.cli('DUMP', name);
      const codes = {
        read: await codeOf(client.engine.read(key, false)),
        history: await codeOf(client.engine.read(key, true)),
        set: await codeOf(set(client, key, 'v')),
        remove: await codeOf(client.engine.remove(key)),
      };
      const wrong = 'REDIS_WRONG_TYPE';
      expect([args, codes]).toEqual([args, { read: wrong, history: wrong, set: wrong, remove: wrong }]);
      expect(await redis.cli('DUMP', name)).toBe(before);
    }
  });

  it('WRONGTYPE: a poll that is to be fresh hears of it at once, and does not read for ever', async () => {
    const redis = await stage.server();
    const client = await opened(redis.url);
    await redis.cli('HSET', new Names(OURS.prefix, OURS.mailboxPrefix, 0).key('k').log, 'epoch', 'e');
    const answers: Answer[] = [];
    const hub = new Hub({
      ...{ engine: client.engine, clock: systemClock, meters: client.meters, historySize: 4, lingerMs: 0 },
      ...{ maxWaiters: 1, maxWaitersPerKey: 1, maxWatchedKeys: 1, mailboxWaitMinMs: 1, mailboxWaitMaxMs: 1 },
    });
    hub.poll(new TestPoll('1-e', false, (answer) => answers.push(answer)), 'k', 0, true);
    await until(() => answers.length > 0);
    expect(answers).toEqual([{ type: 'error', code: 'REDIS_WRONG_TYPE' }]);
  });

  it('WRONGTYPE: nor are older entries that have no time', async () => {
    const redis = await stage.server();
    const client = await opened(redis.url);
    const { old } = new Names(OURS.prefix, OURS.mailboxPrefix, 0).key('k');
    await set(client, 'k', 'v');
    await redis.cli('RPUSH', old, 'text');
    expect(await codeOf(client.engine.read('k', true))).toBe('REDIS_WRONG_TYPE');
  });

  it('WRONGTYPE: the message in flight stays when what is behind it cannot be taken', async () => {
    const redis = await stage.server();
    const client = await opened(redis.url);
    const { mailboxes } = client.engine;
    await mailboxes.push('u', 'in flight');
    expect((await mailboxes.take('u', '', false)).message?.value).toBe('in flight');
    await redis.cli('SET', 'Q/MSGu', 'not a list');
    expect(await codeOf(mailboxes.pop('u', 9, false))).toBe('REDIS_WRONG_TYPE');
    await redis.cli('DEL', 'Q/MSGu');
    expect((await mailboxes.pop('u', 9, false)).values).toEqual(['in flight']);
  });

  it('NOSCRIPT: scripts that Redis was told to forget are loaded again, unseen', async () => {
    const redis = await stage.server();
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

  it('a Redis that is no master of a slot', async () => {
    // A single node in cluster mode that has no slots.
    const redis = await stage.server({ 'cluster-enabled': 'yes', 'cluster-port': String(await freePort()) });
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
