import { cometRedis } from '../subjects/comet.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import type { SubjectKind } from '../subjects/subject.ts';
import { A_KEY_EACH, ONE_KEY } from './fanout.ts';
import { cycleThenHalf, wakeRounds } from './parts.ts';
import type { Scenario, Work } from './scenario.ts';
import type { Size } from './size.ts';

const GROWING: readonly SubjectKind[] = [cometRedis, nchanMemory, nchanRedis];

const GROUP = 20;

export const scale: Scenario = {
  name: 'scale',
  about:
    'The same work on one worker and on two, which share the cores with Redis and the load; groups of 20 waiters; and the fan-out with ever more waiters.',
  works: (size) => [
    ...[1, 2].flatMap((workers) => onWorkers(size, workers)),
    inGroups(size),
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

/** Between the two fan-outs: what `comet plan` foretells from them is held against it. */
function inGroups(size: Size): Work {
  const keys = Math.ceil(size.waiters / GROUP);
  return {
    name: `${GROUP} waiters a key`,
    subjects: GROWING,
    start: { workers: 2 },
    measure: wakeRounds(size, size.waiters, keys),
  };
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
