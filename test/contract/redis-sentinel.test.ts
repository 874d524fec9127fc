import { RedisSentinels } from '../support/redis-sentinels.ts';
import { sharing } from '../support/shared-deployment.ts';
import { engineSuite } from './engine-suite.ts';

engineSuite(
  'the redis engine behind sentinels',
  sharing(() => RedisSentinels.start()),
);
