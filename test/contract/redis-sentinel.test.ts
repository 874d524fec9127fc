import { openSentinelBackend } from '../support/redis-backend.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite('the redis engine behind sentinels', openSentinelBackend);
