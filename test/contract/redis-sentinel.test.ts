import { RedisSentinels } from '../support/redis-sentinels.ts';
import { sharing } from '../support/shared-deployment.ts';
import { engineSuite } from './engine-suite.ts';

/** Nothing fails over here: a Redis that stands still is not to be taken for dead. Milliseconds. */
const DOWN_AFTER_MS = 15_000;

engineSuite(
  'the redis engine behind sentinels',
  sharing(() => RedisSentinels.start({}, DOWN_AFTER_MS)),
);
