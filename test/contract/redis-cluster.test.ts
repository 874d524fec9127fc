import { RedisCluster } from '../support/redis-cluster.ts';
import { sharing } from '../support/shared-deployment.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite(
  'the redis engine on a Redis Cluster',
  sharing(() => RedisCluster.start()),
);
