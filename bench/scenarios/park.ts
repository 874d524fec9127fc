import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../load/load.ts';
import type { Target } from '../load/target.ts';
import { cpuTime } from '../machine/cpu-clock.ts';
import { memory } from '../machine/processes.ts';
import type { Measurement } from '../measurement.ts';
import { cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import type { Subject } from '../subjects/subject.ts';
import { tornado } from '../subjects/tornado.ts';
import type { Scenario } from './scenario.ts';
import type { Size } from './size.ts';

export const PARKED = 'a key each, browser-like headers';
export const IDLE = 'nothing happens';

/** Before the memory of the empty server is read: what only its start took it has given back by then. */
const REST_SECONDS = 15;

export const park: Scenario = {
  name: 'park',
  about:
    'Polls with the headers of a browser are parked, each on its own key, in fresh processes. Memory is what the server and Redis hold more than before (Pss); kernel buffers are not in it. And the CPU that it takes to keep them while nothing happens.',
  works: (size) => [
    {
      name: PARKED,
      subjects: [cometRedis, nchanMemory, nchanRedis, tornado],
      start: { workers: 2 },
      measure: (subject, load) => parkAndWeigh(size, subject, load),
    },
    {
      name: IDLE,
      subjects: [cometRedis],
      start: { workers: 2 },
      measure: (subject, load) => parkAndIdle(size, subject, load),
    },
    // What `comet plan` foretells from the work above is held against it.
    {
      name: 'half as many',
      subjects: [cometRedis],
      start: { workers: 2 },
      measure: (subject, load) => parkAndWeigh({ ...size, parked: Math.ceil(size.parked / 2) }, subject, load),
    },
  ],
};

async function parkAndWeigh(size: Size, { target }: Subject, load: Load): Promise<Measurement> {
  const { parked: waiters, settleSeconds } = size;
  const all = [...target.servers, ...target.redis];
  await sleep(1000 * Math.min(REST_SECONDS, settleSeconds));
  const before = { servers: memory(target.servers), redis: memory(target.redis), cpu: cpuTime(all) };
  await parkAll(target, waiters, load);
  const parkCpu = (cpuTime(all) - before.cpu) / waiters;
  await sleep(settleSeconds * 1000);
  const servers = memory(target.servers) - before.servers;
  const redis = memory(target.redis) - before.redis;
  await load.run({ type: 'close' });
  const figures = {
    count: waiters,
    bytes: (servers + redis) / waiters,
    ...(target.redis.length > 0 ? { redisBytes: redis / waiters } : {}),
    megabytesBefore: (before.servers + before.redis) / 1e6,
    megabytes: (before.servers + before.redis + servers + redis) / 1e6,
    parkCpu,
  };
  return { figures, curve: [] };
}

async function parkAndIdle(size: Size, { target }: Subject, load: Load): Promise<Measurement> {
  const { parked, settleSeconds, idleSeconds } = size;
  const all = [...target.servers, ...target.redis];
  await parkAll(target, parked, load);
  await sleep(settleSeconds * 1000);
  const start = { at: performance.now(), cpu: cpuTime(all) };
  await sleep(idleSeconds * 1000);
  const idle = (cpuTime(all) - start.cpu) / 1000 / (performance.now() - start.at);
  await load.run({ type: 'close' });
  return { figures: { count: parked, idlePercent: 100 * idle }, curve: [] };
}

async function parkAll(target: Target, waiters: number, load: Load): Promise<void> {
  await load.run({ type: 'open', target, waiters, keys: waiters, publishers: 0, browser: true });
}
