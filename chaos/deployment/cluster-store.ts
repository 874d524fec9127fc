import { RedisCluster } from '../../test/support/redis-cluster.ts';
import type { RedisServer } from '../../test/support/redis-server.ts';
import { until } from '../../test/support/until.ts';
import { REDIS_CONFIG, type Store } from './store.ts';

/** Milliseconds; on a busy machine less would have a master that lives replaced. */
const NODE_TIMEOUT = '3000';

/** Three masters with a replica each. */
export class ClusterStore implements Store {
  readonly topology = 'cluster';
  readonly cluster: RedisCluster;

  private constructor(cluster: RedisCluster) {
    this.cluster = cluster;
  }

  static async start(): Promise<ClusterStore> {
    return new ClusterStore(
      await RedisCluster.start({ config: { ...REDIS_CONFIG, 'cluster-node-timeout': NODE_TIMEOUT } }),
    );
  }

  url(): string {
    return this.cluster.url;
  }

  masters(): Promise<RedisServer[]> {
    return this.cluster.masters();
  }

  async settled(): Promise<void> {
    const attached = async (node: RedisServer) => {
      const info = String(await node.cli('INFO', 'replication'));
      return info.includes('role:master') ? info.includes('state=online') : info.includes('master_link_status:up');
    };
    await until(async () => (await Promise.all(this.cluster.nodes.map(attached))).every(Boolean), {
      timeout: 40_000,
      interval: 100,
      message: 'a replica of each master',
    });
  }

  async stop(): Promise<void> {
    await this.cluster.stop();
  }
}
