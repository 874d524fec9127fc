import { cometRedis } from '../subjects/comet.ts';
import { faye } from '../subjects/faye.ts';
import { floor } from '../subjects/floor.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import { tornado } from '../subjects/tornado.ts';
import { wakeRounds } from './parts.ts';
import type { Scenario } from './scenario.ts';

export const ONE_KEY = 'one key';
export const A_KEY_EACH = 'a key each';

export const fanout: Scenario = {
  name: 'fanout',
  about:
    'Parked polls are woken: all by one publish, or each by its own. The window runs from the first publish to the last delivery; polling again is outside of it and has its own figure.',
  works: (size) => [
    {
      name: ONE_KEY,
      subjects: [cometRedis, nchanMemory, nchanRedis, tornado, faye, floor],
      start: { workers: 2 },
      measure: wakeRounds(size, size.waiters, 1),
    },
    {
      name: A_KEY_EACH,
      subjects: [cometRedis, nchanMemory, nchanRedis, tornado, faye],
      start: { workers: 2 },
      measure: wakeRounds(size, size.waiters, size.waiters),
    },
  ],
};
