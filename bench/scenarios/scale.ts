import { cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import type { SubjectKind } from '../subjects/subject.ts';
import { A_KEY_EACH, ONE_KEY } from './fanout.ts';
import { cycleThenHalf, wakeRounds } from './parts.ts';
import type { Scenario, Work } from './scenario.ts';
import type { Size } from './size.ts';

const GROWING: readonly SubjectKind[] = [cometRedis, nchanMemory, nchanRedis];

export const scale: Scenario = {
  name: 'scale',
  about:
    'The same work on one worker and on two, which share the cores with Redis and the load; and the fan-out with ever more waiters.',
  works: (size) => [
    ...[1, 2].flatMap((workers) => onWorkers(size, workers)),
    ...size.growth.flatMap((waiters) => withWaiters(size, waiters)),
  ],
};

/** Name of a work of `scale` with so many waiters. */
export function growthWork(line: string, waiters: number): string {
  return `${line}, ${waiters} waiters`;
}

function onWorkers(size: Size, workers: number): Work[] {
  const common = { subjects: [cometRedis], start: { workers } };
  const on = workers === 1 ? 'on 1 worker' : `on ${workers} workers`;
  return [
    { ...common, name: `cycle ${on}`, measure: cycleThenHalf(size) },
    { ...common, name: `${ONE_KEY} ${on}`, measure: wakeRounds(size, size.waiters, 1) },
  ];
}

function withWaiters(size: Size, waiters: number): Work[] {
  return [ONE_KEY, A_KEY_EACH].map((line) => ({
    name: growthWork(line, waiters),
    subjects: GROWING,
    start: { workers: 2 },
    growth: { line, waiters },
    measure: wakeRounds(size, waiters, line === ONE_KEY ? 1 : waiters),
  }));
}
