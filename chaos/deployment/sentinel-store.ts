import { RedisSentinels } from '../../test/support/redis-sentinels.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import { REDIS_CONFIG, type Store } from './store.ts';

const REPLICAS = 2;
/** Milliseconds; on a busy machine less would have a master that lives replaced. */
const DOWN_AFTER = 1_500;

/** A master, two replicas, three sentinels. */
export class SentinelStore implements Store {
  readonly topology = 'sentinel';
  readonly set: RedisSentinels;

  private constructor(set: RedisSentinels) {
    this.set = set;
  }

  static async start(): Promise<SentinelStore> {
    return new SentinelStore(await RedisSentinels.start(REDIS_CONFIG, DOWN_AFTER));
  }

  url(): string {
    return this.set.url;
  }

  async masters(): Promise<RedisServer[]> {
    return [await this.set.master()];
  }

  async settled(): Promise<void> {
    const replicas = async () => {
      const info = String(await this.set.cli('INFO', 'replication'));
      return [...info.matchAll(/^slave\d+:.*state=online/gm)].length;
    };
    await until(async () => (await replicas()) === REPLICAS, {
      timeout: 40_000,
      interval: 100,
      message: 'the replicas of the master',
    });
  }

  async stop(): Promise<void> {
    await this.set.stop();
  }
}
