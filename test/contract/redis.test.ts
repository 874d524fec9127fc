import { openRedisBackend } from '../support/redis-backend.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('the redis engine', openRedisBackend);
