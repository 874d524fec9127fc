import { readFile } from 'node:fs/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { set, watch } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { outcome, ready } from '../support/redis-client.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import type { RedisServer } from '../support/redis-server.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const stage = new RedisStage();

afterEach(() => stage.clear());

const OURS = { prefix: 'refused:', mailboxPrefix: 'Q/MSG', ...CALM, probeIntervalMs: 100 };
const started = (url: string) => stage.started({ url, ...OURS });
const opened = (url: string) => stage.opened({ url, ...OURS });

const codeOf = async (call: Promise<unknown>) => (await outcome(call)).code;

/** A user who may do anything but what `rules` take away. */
const user = (rules: string) => `worker on >worker-password ~* &* +@all ${rules}`;
const as = (redis: RedisServer, password = 'worker-password') => `redis://worker:${password}@127.0.0.1:${redis.port}`;

describe('what our user may do', () => {
  it('NOAUTH and WRONGPASS: no password, a wrong one, and then the right one', async () => {
    const redis = await stage.server({ requirepass: 'the-right-password', user: user('') });
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
    const redis = await stage.server({ user: user(rules) });
    const client = started(as(redis));
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'REDIS_AUTH');
  });

  it('NOPERM on channels: what could not be announced is not written, however often it is tried', async () => {
    const redis = await stage.server({ user: user('') });
    const client = await opened(as(redis));
    await set(client, 'k', '1');
    await client.engine.mailboxes.push('u', '1');
    await redis.cli('ACL', 'SETUSER', 'worker', 'resetchannels', '&refused:probe@*');
    for (const call of [
      () => set(client, 'k', '2', 0, 'id'),
      () => client.engine.remove('k'),
      () => client.engine.mailboxes.push('u', '2'),
      () => client.engine.mailboxes.giveBack('u', ['0']),
    ]) {
      // Redis cuts subscribers off that lose a channel, and the commands' connection may be cut with them.
      for (let time = 0; time < 2; time++) await until(async () => (await codeOf(call())) === 'REDIS_AUTH');
    }
    expect(await redis.cli('LRANGE', 'Q/MSGu', '0', '-1')).toEqual(['1']);
    await redis.cli('ACL', 'SETUSER', 'worker', 'allchannels');
    await ready(client);
    expect(await client.engine.read('k', true)).toMatchObject({ offset: 1, values: ['1'] });
    expect(await set(client, 'k', '2', 0, 'id')).toMatchObject({ offset: 2 });
  });

  it('NOPERM on INFO, later than it connected: sets go on, in a life named after the process', async () => {
    const redis = await stage.server({ user: user('') });
    const client = await opened(as(redis));
    await set(client, 'k', '1');
    await redis.cli('ACL', 'SETUSER', 'worker', '-info');
    expect(await set(client, 'k', '2')).toMatchObject({ offset: 2 });
    expect(await set(client, 'k', '3')).toMatchObject({
      offset: 3,
      epoch: (await client.engine.read('k', false))?.epoch,
    });
    const back = client.meters.pubsubLag.count;
    await until(() => client.meters.pubsubLag.count > back + 1);
  });

  it('NOPERM on keyspace channels only: mailboxes live without them, and the log says so', async () => {
    const redis = await stage.server({ user: user('resetchannels &refused:*') });
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
    const redis = await stage.server({
      user: `worker on >worker-password ${rules.replaceAll('comet:', 'refused:').trim()}`,
    });
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

  it('none on a Cluster, with durability, for a user who has what the documentation adds for those', async () => {
    const guide = await readFile(new URL('../../docs/decisions/redis-permissions.md', import.meta.url), 'utf8');
    const rules = /ACL SETUSER comet on ><password> ([^`]*)/.exec(guide)?.[1]?.replace(/\s+/g, ' ').trim() ?? '';
    const added =
      /On a Redis Cluster also `([^`]*)`[^`]*`durability`[^`]*`([^`]*)`/.exec(guide)?.slice(1).join(' ') ?? '';
    const user = `worker on >worker-password ${rules.replaceAll('comet:', 'refused:')} ${added}`;
    const cluster = await RedisCluster.start({ masters: 1, replicas: 1, config: { user } });
    stage.closing(() => cluster.stop());
    const url = cluster.url.replace('//', '//worker:worker-password@');
    const client = await stage.opened({ url, ...OURS, replicas: 1 });
    await watch(client, 'k');
    client.engine.mailboxes.watch('u');
    await until(() => client.events.mailboxLives('u') === 1);
    await until(async () => (await codeOf(set(client, 'k', 'x'))) === 'ok');
    await client.engine.mailboxes.push('u', 'x');
    await until(() => client.events.hints('u') > 0 && client.events.entries('k').length > 0);
    client.engine.unwatch('k');
    client.engine.mailboxes.unwatch('u');
    await client.engine.remove('k');
    expect(client.logs.join('')).not.toMatch(/refuse|NOPERM/);
  });

  it('NOPERM on CONFIG changes nothing', async () => {
    const redis = await stage.server({ user: user('-config'), 'notify-keyspace-events': 'Kl' });
    const client = await opened(as(redis));
    client.engine.mailboxes.watch('u');
    await until(() => client.events.mailboxLives('u') === 1);
    await redis.cli('LPUSH', 'Q/MSGu', 'x');
    await until(() => client.events.hints('u') === 1);
  });

  it('NOSCRIPT that stays: it is given up after one try', async () => {
    const redis = await stage.server({ user: user('') });
    const client = await opened(as(redis));
    await redis.cli('ACL', 'SETUSER', 'worker', '-script');
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await codeOf(client.engine.mailboxes.push('u', 'x'))).toBe('REDIS_NO_SCRIPT');
  });
});
