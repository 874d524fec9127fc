import type { HammerTask } from '../load/task.ts';
import { bareHttp } from '../subjects/bare-http.ts';
import { cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import { tornado } from '../subjects/tornado.ts';
import type { Scenario, Work } from './scenario.ts';
import type { Size } from './size.ts';

export const WATCHED = 'a key that others wait for';
const UNWATCHED = 'a key that nobody waits for';

export const hotGet: Scenario = {
  name: 'hot-get',
  about:
    'GET on a key with a value, by autocannon. A key that somebody waits for is known to the worker; any other is read from Redis each time.',
  works: (size) => [
    {
      name: WATCHED,
      subjects: [cometRedis, bareHttp, nchanMemory, nchanRedis, tornado],
      start: { workers: 2 },
      measure: autocannon(size, 'watched-get'),
    },
    { name: UNWATCHED, subjects: [cometRedis], start: { workers: 2 }, measure: autocannon(size, 'get') },
  ],
};

/** Of autocannon, over all workers. */
const CONNECTIONS = 64;

export function autocannon({ seconds, warmupSeconds }: Size, request: HammerTask['request']): Work['measure'] {
  // It counts in whole seconds.
  const atLeastOne = (time: number): number => Math.max(1, Math.round(time));
  return ({ target }, load) =>
    load.run({
      type: 'hammer',
      target,
      request,
      connections: CONNECTIONS,
      warmupSeconds: atLeastOne(warmupSeconds),
      seconds: atLeastOne(seconds),
    });
}
