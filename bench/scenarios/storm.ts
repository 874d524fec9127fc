import { bareHttp } from '../subjects/bare-http.ts';
import { cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import { tornado } from '../subjects/tornado.ts';
import type { Scenario } from './scenario.ts';

export const ALL_AT_ONCE = 'all at once';

export const storm: Scenario = {
  name: 'storm',
  about:
    'Fresh connections, all opened at once, each with a GET on a key that has a value; the second storm on the same server counts.',
  works: (size) => [
    {
      name: ALL_AT_ONCE,
      subjects: [cometRedis, bareHttp, nchanMemory, nchanRedis, tornado],
      start: { workers: 2 },
      measure: async ({ target }, load) => {
        await load.run({ type: 'storm', target, connections: size.storm });
        return await load.run({ type: 'storm', target, connections: size.storm });
      },
    },
  ],
};
