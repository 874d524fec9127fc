import { afterEach, describe, expect, it } from '@jest/globals';
import { CALM } from '../support/redis-backend.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const APPENDS = 1000;

const stage = new RedisStage();

afterEach(() => stage.clear());

describe('appends that are made in one moment', () => {
  it('wait for no reply to those before them, and are written in their order', async () => {
    const redis = await stage.server();
    const proxy = await stage.proxyTo(redis);
    const { engine } = await stage.opened({ url: `redis://127.0.0.1:${proxy.port}`, ...CALM });
    await redis.cli('CONFIG', 'RESETSTAT');
    proxy.silence('toClient');
    const appends = Promise.all(
      Array.from({ length: APPENDS }, (_, index) => engine.append(`k${index % 2}`, String(index), { ttl: 0, id: '' })),
    );
    // Each announces itself once; so do the probes.
    const announced = async () => {
      const info = String(await redis.cli('INFO', 'commandstats'));
      return Number(/cmdstat_publish:calls=(\d+)/.exec(info)?.[1] ?? 0);
    };
    await until(async () => (await announced()) >= APPENDS, { message: 'all to be written before any is replied to' });
    proxy.resume();
    const offsets = (await appends).map((result) => (result.type === 'appended' ? result.offset : 0));
    expect(offsets).toEqual(Array.from({ length: APPENDS }, (_, index) => Math.floor(index / 2) + 1));
    const log = await engine.read('k1', false);
    expect(log?.values).toEqual(['999']);
  });
});
