import { openClusterBackend } from '../support/redis-backend.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('the redis engine on a Redis Cluster', openClusterBackend);
