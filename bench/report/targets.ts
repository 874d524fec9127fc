import { CLOSED_LOOP } from '../scenarios/cycle.ts';
import { A_KEY_EACH, ONE_KEY } from '../scenarios/fanout.ts';
import { WATCHED } from '../scenarios/hot-get.ts';
import { IDLE, PARKED } from '../scenarios/park.ts';
import { growthWork } from '../scenarios/scale.ts';
import { UNHEARD } from '../scenarios/set.ts';
import { ALL_AT_ONCE } from '../scenarios/storm.ts';
import { bareHttp } from '../subjects/bare-http.ts';
import { cometRedis } from '../subjects/comet.ts';
import { floor } from '../subjects/floor.ts';
import { nchanMemory, nchanRedis } from '../subjects/nchan.ts';
import { figureOf, type Results, subjectsOf } from './results.ts';
import { ratios } from './statistics.ts';

/** A number to reach. */
export interface Goal {
  readonly work: string;
  readonly judge: string;
  readonly unit: string;
  readonly digits: number;
  /** null: there is only a dream. */
  readonly reach: number | null;
  readonly dream: number | null;
  readonly isMoreBetter?: boolean;
  /** One value a run; null where a run is invalid. */
  found(results: Results): (number | null)[];
}

export const GOALS: readonly Goal[] = [
  {
    ...against('fanout', ONE_KEY, 'cpu', nchanMemory.name),
    work: 'fan-out, 1 key: CPU a delivery',
    reach: 1,
    dream: null,
  },
  {
    ...against('fanout', ONE_KEY, 'cpu', floor.name),
    work: 'fan-out, 1 key: CPU a delivery',
    reach: null,
    dream: 1.5,
  },
  {
    ...against('fanout', A_KEY_EACH, 'cpu', nchanRedis.name),
    work: 'fan-out, a key each: CPU a delivery',
    reach: 0.6,
    dream: 0.4,
  },
  { ...against('cycle', CLOSED_LOOP, 'cpu', nchanRedis.name), work: 'cycle: CPU a cycle', reach: 0.6, dream: 0.5 },
  {
    ...against('park', PARKED, 'bytes', nchanMemory.name),
    work: 'memory a parked waiter, Redis included',
    reach: 0.8,
    dream: 0.6,
  },
  {
    ...figure('park', IDLE, 'idlePercent', '% of a core'),
    work: 'idle CPU with all of them parked, Redis and probes included',
    reach: 1,
    dream: 0.2,
  },
  {
    ...against('hot-get', WATCHED, 'perCpuSecond', bareHttp.name),
    work: 'hot get: requests a CPU second',
    reach: 0.8,
    dream: 0.95,
    isMoreBetter: true,
  },
  {
    ...figure('storm', ALL_AT_ONCE, 'seconds', 's'),
    work: 'storm: all fresh connections answered',
    reach: 1,
    dream: 0.5,
  },
  { ...figure('cycle', CLOSED_LOOP, 'halfP99', 'ms'), work: 'wake p99 at half load', reach: 10, dream: 3 },
  { ...growth(ONE_KEY), work: 'CPU a delivery, most waiters against fewest: 1 key', reach: 1.2, dream: 1 },
  { ...growth(A_KEY_EACH), work: 'CPU a delivery, most waiters against fewest: a key each', reach: 1.2, dream: 1 },
  {
    ...figure('set', UNHEARD, 'redisCommands', 'commands'),
    work: 'a set that nobody waits for, 4 workers: commands to Redis',
    reach: 1.01,
    dream: null,
  },
  {
    ...figure('set', UNHEARD, 'workersWoken', 'workers'),
    work: 'a set that nobody waits for, 4 workers: others woken',
    // Timers make up for this much.
    reach: 0.05,
    dream: null,
  },
];

type Judged = Pick<Goal, 'judge' | 'unit' | 'digits' | 'found'>;

function against(scenario: string, work: string, name: string, peer: string): Judged {
  return {
    judge: `against ${peer}`,
    unit: '',
    digits: 2,
    found: (results) =>
      ratios(values(results, scenario, work, cometRedis.name, name), values(results, scenario, work, peer, name)),
  };
}

function figure(scenario: string, work: string, name: string, unit: string): Judged {
  return {
    judge: '',
    unit,
    digits: 2,
    found: (results) => values(results, scenario, work, cometRedis.name, name),
  };
}

function growth(line: string): Judged {
  return {
    judge: 'ratio',
    unit: '',
    digits: 2,
    found: (results) => {
      const { growth: sizes } = results.size;
      const at = (waiters: number): (number | null)[] =>
        values(results, 'scale', growthWork(line, waiters), cometRedis.name, 'cpu');
      return ratios(at(Math.max(...sizes)), at(Math.min(...sizes)));
    },
  };
}

function values(results: Results, scenario: string, work: string, subject: string, name: string): (number | null)[] {
  const found = subjectsOf(results, scenario, work).find((one) => one.subject === subject);
  return figureOf(found, name);
}
