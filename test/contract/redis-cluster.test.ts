import { RedisCluster } from '../support/redis-cluster.ts';
import { sharing } from '../support/shared-deployment.ts';
import { engineSuite } from './engine-suite.ts';

/** Nothing fails over here: a node that stands still is not to be taken for dead. */
const PATIENT = { 'cluster-node-timeout': '15000' };

engineSuite(
  'the redis engine on a Redis Cluster',
  sharing(() => RedisCluster.start({ config: PATIENT })),
);
