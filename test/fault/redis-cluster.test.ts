import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Names } from '../../src/engine/redis/names.ts';
import { slotOf } from '../../src/engine/redis/slots.ts';
import { append, set, watch, watchMailbox } from '../contract/world.ts';
import { CometProcess } from '../support/comet-process.ts';
import { post } from '../support/http-client.ts';
import { KeyFollower } from '../support/key-follower.ts';
import { outcome, type RedisClient, ready } from '../support/redis-client.ts';
import { RedisCluster, type RedisClusterOptions } from '../support/redis-cluster.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const OURS = {
  prefix: 'comet:',
  mailboxPrefix: 'Q/MSG',
  timeoutMs: 4_000,
  probeIntervalMs: 100,
  probeTimeoutMs: 1_500,
};
const names = new Names(OURS.prefix, OURS.mailboxPrefix, 0);
const slotOfKey = (key: string) => slotOf(names.channel(key));

const stage = new RedisStage();

// Many processes are started, and some of them have to agree.
jest.setTimeout(90_000);

afterEach(() => stage.clear());

async function start(options: RedisClusterOptions = {}): Promise<RedisCluster> {
  const cluster = await RedisCluster.start(options);
  stage.closing(() => cluster.stop());
  return cluster;
}

/** A master that doesn't have this slot. */
async function another(cluster: RedisCluster, slot: number): Promise<RedisServer> {
  const owner = await cluster.masterOf(slot);
  const other = (await cluster.masters()).find((master) => master !== owner);
  if (other === undefined) throw new Error('there is one master only');
  return other;
}

/** Watched by one engine, written through another. */
async function pair(cluster: RedisCluster): Promise<[RedisClient, RedisClient]> {
  return Promise.all([stage.opened({ url: cluster.url, ...OURS }), stage.opened({ url: cluster.url, ...OURS })]);
}

describe('a slot that moves', () => {
  it('takes its key and its mailbox along: they are live again there, and others are not touched', async () => {
    const cluster = await start({ replicas: 0, config: { 'notify-keyspace-events': 'Kl' } });
    const [reader, writer] = await pair(cluster);
    const uid = 'a}b{c}';
    // The first slot of a master is the one in which it is probed.
    const slots = [slotOfKey('k'), slotOf(names.mailbox(uid).list), 0];
    await watch(reader, 'k');
    await watchMailbox(reader, uid);
    for (const value of ['1', '2']) await set(writer, 'k', value);
    await writer.engine.mailboxes.push(uid, 'm');
    for (const slot of slots) await cluster.move(slot, await another(cluster, slot));
    await until(() => reader.events.lives('k') >= 2 && reader.events.mailboxLives(uid) >= 2);
    expect(await reader.engine.read('k', true)).toMatchObject({ offset: 2, values: ['1', '2'] });
    // Another of the moves may be noticed just then: what comes meanwhile is told by the life after it.
    const [lives, hints, mailboxLives] = [
      reader.events.lives('k'),
      reader.events.hints(uid),
      reader.events.mailboxLives(uid),
    ];
    expect(await append(writer, 'k', '3')).toMatchObject({ offset: 3 });
    await until(() => reader.events.entries('k').at(-1)?.offset === 3 || reader.events.lives('k') > lives);
    await cluster.cli('LPUSH', names.mailbox(uid).list, 'of another program');
    await until(() => reader.events.hints(uid) > hints || reader.events.mailboxLives(uid) > mailboxLives);
    expect((await writer.engine.mailboxes.pop(uid, 9, false)).values).toEqual(['m', 'of another program']);
    await Promise.all([ready(reader), ready(writer)]);
    expect(reader.logs.join('') + writer.logs.join('')).not.toContain('lost its data');
  });

  it('is heard of while it moves: what is written at its new master is told where its watchers still are', async () => {
    const cluster = await start({ replicas: 0 });
    const [reader, writer] = await pair(cluster);
    await watch(reader, 'k');
    await watchMailbox(reader, 'u');
    for (const value of ['1', '2']) await set(writer, 'k', value);
    const moves = await Promise.all(
      [slotOfKey('k'), slotOf('Q/MSGu')].map(async (slot) => {
        const move = await cluster.beginMove(slot, await another(cluster, slot));
        await move.moveKeys();
        return move;
      }),
    );
    const lives = reader.events.lives('k');
    expect(await append(writer, 'k', '3')).toMatchObject({ offset: 3 });
    await writer.engine.mailboxes.push('u', 'm');
    await until(() => reader.events.lives('k') > lives && reader.events.hints('u') > 0);
    expect((await reader.engine.read('k', true))?.values).toEqual(['1', '2', '3']);
    const before = reader.events.lives('k');
    for (const move of moves) await move.finish();
    await until(() => reader.events.lives('k') > before);
    const after = reader.events.lives('k');
    expect(await append(writer, 'k', '4')).toMatchObject({ offset: 4 });
    await until(() => reader.events.entries('k').at(-1)?.offset === 4 || reader.events.lives('k') > after);
  });
});

describe('a master of a cluster', () => {
  it('that crashes takes its own keys away until its replica has taken over, and no others', async () => {
    const cluster = await start();
    const [reader, writer] = await pair(cluster);
    const keys = Array.from({ length: 30 }, (_, i) => `k${i}`);
    await watch(reader, ...keys);
    const firsts = new Map<string, string>();
    for (const key of keys) firsts.set(key, (await append(writer, key, '1')).epoch);
    const victim = await cluster.masterOf(slotOfKey('k0'));
    // A WAIT of another connection than the one that wrote waits for nothing.
    await until(async () => {
      const replication = String(await victim.cli('INFO', 'replication'));
      const written = /master_repl_offset:(\d+)/.exec(replication)?.[1];
      return replication.includes(`,offset=${written},`);
    });
    const owners = await Promise.all(keys.map((key) => cluster.masterOf(slotOfKey(key))));
    const [gone, others] = [true, false].map((its) => keys.filter((_, i) => (owners[i] === victim) === its));
    await victim.kill();
    await until(() => !reader.engine.health().ready);
    for (const key of others ?? []) await append(writer, key, '2');
    await until(() => (others ?? []).every((key) => reader.events.entries(key).at(-1)?.value === '2'));
    expect((others ?? []).map((key) => reader.events.lives(key))).toEqual((others ?? []).map(() => 1));
    const lost = reader.events.heard.flatMap((event) => (event.type === 'lost' ? (event.keys ?? ['everything']) : []));
    expect([...new Set(lost)].sort()).toEqual([...(gone ?? [])].sort());
    await until(() => (gone ?? []).every((key) => reader.events.lives(key) > 1), { timeout: 30_000 });
    for (const key of gone ?? []) {
      const next = await until(() => append(writer, key, '2').catch(() => null));
      expect(next.offset).toBe(2);
      expect(await reader.engine.read(key, false)).toMatchObject({ ancestor: { epoch: firsts.get(key), offset: 1 } });
    }
    await until(() => (gone ?? []).every((key) => reader.events.entries(key).at(-1)?.value === '2'));
    await Promise.all([ready(reader), ready(writer)]);
  });

  it('none of which can be reached, or that is no cluster: the reason is said', async () => {
    const plain = await stage.server();
    const client = stage.started({ url: `redis+cluster://127.0.0.1:${plain.port}`, ...OURS });
    await until(() => JSON.stringify(client.engine.health()).includes('cluster support disabled'));
    expect((await outcome(client.engine.read('k', false))).code).not.toBe('ok');
    const stranger = stage.started({ url: 'redis+cluster://127.0.0.1:1', ...OURS });
    await until(() => JSON.stringify(stranger.engine.health()).includes('ECONNREFUSED'));
    expect((await outcome(stranger.engine.read('k', false))).code).toBe('ENGINE_UNAVAILABLE');
  });
});

describe('followers by cursor on a cluster', () => {
  it('see every entry in order, or are told what they cannot be sure of, while slots move and masters fail over', async () => {
    const cluster = await start();
    const flags = { 'redis-url': cluster.url, 'history-size': 2_000, 'probe-interval': 0.2, 'redis-timeout': 1 };
    const comet = await CometProcess.start({ workers: 2, flags });
    stage.closing(() => comet.stop());
    const keys = Array.from({ length: 8 }, (_, i) => `f-${i}`);
    const followers = keys.map((key) => new KeyFollower(key, comet.ports));
    const running = followers.map((follower) => follower.run());
    const written = keys.map((): string[] => []);
    let writing = true;
    const writers = keys.map(async (key, i) => {
      for (let n = 0; writing; n++) {
        const form = { key, value: `${i}.${n}`, id: `${n}` };
        // The same id makes the retry safe.
        while ((await post(comet.port(n % 2), '/set', { form })).status !== 200);
        written[i]?.push(form.value);
      }
    });
    const progress = async (more: number) => {
      const from = written.map(({ length }) => length);
      await until(() => written.every(({ length }, i) => length >= (from[i] ?? 0) + more), { timeout: 25_000 });
    };
    try {
      await progress(10);
      for (const key of keys.slice(0, 4)) {
        const slot = slotOfKey(key);
        await cluster.move(slot, await another(cluster, slot));
        await progress(2);
      }
      const replica = await cluster.replicaOf(await cluster.masterOf(slotOfKey('f-5')));
      const isMaster = async () => (await cluster.masterOf(slotOfKey('f-5'))) === replica;
      // One that is not over within 5 s is given up: it has to be asked for again.
      await until(
        async () => {
          if (!(await isMaster())) await replica.cli('CLUSTER', 'FAILOVER');
          return await until(isMaster, { timeout: 7_000 });
        },
        { timeout: 30_000, message: 'the replica to take over' },
      );
      await progress(20);
    } finally {
      writing = false;
      await Promise.all(writers);
    }
    const all = () => followers.every(({ seen }, i) => new Set(seen).size >= (written[i]?.length ?? 0));
    try {
      await until(all, { message: 'every entry to be seen' });
    } finally {
      for (const follower of followers) follower.stop();
      await Promise.all(running);
    }
    // Each move and each failover is an epoch: who lags by two of them is told so, and given all that there is.
    for (const [i, { seen, faults }] of followers.entries()) {
      expect(faults.filter((fault) => !fault.startsWith('not recovered'))).toEqual([]);
      expect(faults.length === 0 ? seen : [...new Set(seen)]).toEqual(written[i]);
    }
    expect(followers.filter(({ faults }) => faults.length === 0).length).toBeGreaterThan(followers.length / 2);
  }, 150_000);
});
