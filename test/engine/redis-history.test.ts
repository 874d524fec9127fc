import { afterEach, describe, expect, it } from '@jest/globals';
import { fill, set } from '../contract/world.ts';
import { CALM } from '../support/redis-backend.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const stage = new RedisStage();

afterEach(() => stage.clear());

describe('the history of a key', () => {
  it('is read without what is older than history-ttl, though no append has trimmed it yet', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, prefix: 'h:', ...CALM, historyTtlMs: 1_000 });
    // Of one age, so that the second is as old as it must be soon after the first.
    await Promise.all([set(client, 'k', '1'), set(client, 'k', '2')]);
    const epoch = (await client.engine.read('k', true))?.epoch;
    // The list itself lives on with each append: only the age of an entry tells.
    await until(async () => (await client.engine.read('k', true))?.first === 2);
    await fill(client, 'k', ['3']);
    const log = await until(async () => {
      const now = await client.engine.read('k', true);
      return now?.first === 3 ? now : null;
    });
    expect(log).toMatchObject({ epoch, offset: 3, first: 3, values: ['3'] });
    await fill(client, 'k', ['4']);
    const [list = ''] = (await redis.cli('KEYS', 'h:*:old:k')) as string[];
    // Or nothing, where the third has become too old meanwhile.
    const left = (await redis.cli('LRANGE', list, '0', '-1')) as string[];
    expect(left.filter((entry) => !entry.endsWith(':3'))).toEqual([]);
  });

  it('is read without what an append long ago left there', async () => {
    const redis = await stage.server();
    const client = await stage.opened({ url: redis.url, prefix: 'h:', ...CALM });
    await fill(client, 'k', ['1', '2']);
    const [list = ''] = (await redis.cli('KEYS', 'h:*:old:k')) as string[];
    await redis.cli('LPUSH', list, '1:ancient');
    await redis.cli('PERSIST', list);
    expect(await client.engine.read('k', true)).toMatchObject({ offset: 2, first: 1, values: ['1', '2'] });
    expect(await client.engine.read('k', false)).toMatchObject({ offset: 2, first: 1, values: ['2'] });
  });
});
