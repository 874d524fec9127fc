import { cometRedis } from '../subjects/comet.ts';
import { faye } from '../subjects/faye.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import { tornado } from '../subjects/tornado.ts';
import { cycleThenHalf } from './parts.ts';
import type { Scenario } from './scenario.ts';

export const CLOSED_LOOP = 'closed loop';

export const cycle: Scenario = {
  name: 'cycle',
  about:
    'Set, wake, poll again, in a closed loop over all keys, one waiter each, over 64 publishing connections; then the same at half of the rate that was reached, which is where the latencies are read.',
  works: (size) => [
    {
      name: CLOSED_LOOP,
      subjects: [cometRedis, nchanMemory, nchanRedis, tornado, faye],
      start: { workers: 2 },
      measure: cycleThenHalf(size),
    },
  ],
};
