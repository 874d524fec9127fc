import { setTimeout as sleep } from 'node:timers/promises';
import type { Load } from '../load/load.ts';
import { sleeps } from '../machine/processes.ts';
import { RedisMonitor } from '../machine/redis-monitor.ts';
import type { Measurement } from '../measurement.ts';
import { cometEmbedded, cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import type { Subject } from '../subjects/subject.ts';
import { tornado } from '../subjects/tornado.ts';
import { autocannon } from './hot-get.ts';
import type { Scenario } from './scenario.ts';
import type { Size } from './size.ts';

export const UNHEARD = 'nobody waits, 4 workers';

export const set: Scenario = {
  name: 'set',
  about:
    'Publishes of 100 bytes to 64 keys that nobody waits for, by autocannon. And what one such publish costs others, with 4 workers: commands that Redis gets, and other workers that wake up.',
  works: (size) => [
    {
      name: 'as fast as it goes',
      subjects: [cometRedis, cometEmbedded, nchanMemory, nchanRedis, tornado],
      start: { workers: 2 },
      measure: autocannon(size, 'set'),
    },
    {
      name: UNHEARD,
      subjects: [cometRedis, nchanRedis],
      start: { workers: 4 },
      measure: (subject, load) => unheard(size, subject, load),
    },
  ],
};

/** A while without publishes is taken off a while as long with them: probes, timers and heartbeats are in both. */
async function unheard(size: Size, subject: Subject, load: Load): Promise<Measurement> {
  const { target } = subject;
  const seconds = Math.max(size.seconds, 1);
  const monitor = await RedisMonitor.open(target.redisPort);
  try {
    await load.run({ type: 'unheard', target, publishes: size.unheard, seconds });
    await sleep(size.warmupSeconds * 1000);
    const quiet = await during(subject, monitor, () => load.run({ type: 'unheard', target, publishes: 0, seconds }));
    const busy = await during(subject, monitor, () =>
      load.run({ type: 'unheard', target, publishes: size.unheard, seconds }),
    );
    const each = (pick: (seen: Seen) => number): number => Math.max(0, pick(busy) - pick(quiet)) / size.unheard;
    const figures = {
      redisCommands: each((seen) => seen.calls),
      scriptCommands: each((seen) => seen.scriptCalls),
      workersWoken: each((seen) => seen.othersWoken),
    };
    return { figures, curve: [] };
  } finally {
    monitor.close();
  }
}

interface Seen {
  readonly calls: number;
  readonly scriptCalls: number;
  readonly othersWoken: number;
}

async function during(subject: Subject, monitor: RedisMonitor, work: () => Promise<unknown>): Promise<Seen> {
  const before = { calls: monitor.calls, scriptCalls: monitor.scriptCalls };
  const woken = subject.target.servers.map((pid) => -sleeps(pid));
  await work();
  const perProcess = subject.target.servers.map((pid, index) => (woken[index] ?? 0) + sleeps(pid));
  // The one that woke most is the one that was asked.
  const othersWoken = perProcess.reduce((sum, times) => sum + times, 0) - Math.max(...perProcess);
  return {
    calls: monitor.calls - before.calls,
    scriptCalls: monitor.scriptCalls - before.scriptCalls,
    othersWoken,
  };
}
