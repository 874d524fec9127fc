import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createClient } from 'redis';
import { raw } from './http-client.ts';
import { RedisServer } from './redis-server.ts';

describe('RedisServer', () => {
  let redis: RedisServer;

  beforeEach(async () => {
    redis = await RedisServer.start({ config: { 'notify-keyspace-events': 'Kl' } });
  });

  afterEach(() => redis.stop());

  it('is configured as asked', async () => {
    expect(await redis.cli('CONFIG', 'GET', 'notify-keyspace-events')).toEqual({
      'notify-keyspace-events': 'lK',
    });
  });

  it('comes back with its data, older, or empty', async () => {
    await redis.cli('SET', 'key', 'old');
    const snapshot = await redis.snapshot();
    await redis.cli('SET', 'key', 'new');
    await redis.restart();
    expect(await redis.cli('GET', 'key')).toBe('new');
    await redis.restartFrom(snapshot);
    expect(await redis.cli('GET', 'key')).toBe('old');
    await redis.restartEmpty();
    expect(await redis.cli('GET', 'key')).toBeNull();
  });

  it('answers nothing while it is frozen, and everything once it is thawed', async () => {
    redis.freeze();
    await expect(raw(redis.port, 'PING\r\n', { bytes: 7, timeout: 50 })).rejects.toThrow('was silent');
    redis.thaw();
    expect(await raw(redis.port, 'PING\r\n', { bytes: 7 })).toBe('+PONG\r\n');
  });

  it('refuses connections after a kill', async () => {
    await redis.kill();
    await expect(raw(redis.port, 'PING\r\n')).rejects.toThrow('ECONNREFUSED');
  });

  it('carries its password in the URL', async () => {
    const locked = await RedisServer.start({ config: { requirepass: 'p@ss:word' } });
    const client = createClient({ url: locked.url });
    await client.connect();
    expect(await client.ping()).toBe('PONG');
    await client.close();
    await locked.stop();
  });
});
