import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkerProcess } from '../cluster/worker-process.ts';
import type { KeyCensus } from '../metrics/key-census.ts';
import type { BusiestKeys, KeyRow } from './wire.ts';

/** Keys of each kind that a worker names, and that may be asked for. */
export const MOST_KEYS = 100;

/** Rates over a longer time than this say little about now. Seconds. */
const STALE = 10;
const MEASURE_MS = 1000;

export type KeyOrder = 'waiters' | 'sets' | 'deliveries';

export const KEY_ORDERS: readonly KeyOrder[] = ['waiters', 'sets', 'deliveries'];

/** The busiest keys of the machine. Workers are asked when somebody looks, and only then. */
export class Busiest {
  readonly #processes: () => readonly WorkerProcess[];
  #underWay: Promise<BusiestKeys> | null = null;

  constructor(processes: () => readonly WorkerProcess[]) {
    this.#processes = processes;
  }

  /** Asks every worker; one that is silent is left out. The rates are those since the call before. */
  look(): Promise<BusiestKeys> {
    this.#underWay ??= this.#ask().finally(() => {
      this.#underWay = null;
    });
    return this.#underWay;
  }

  /** The same with rates of these seconds: takes a second if nobody has looked lately. */
  async measure(): Promise<BusiestKeys> {
    const found = await this.look();
    if (found.over <= STALE) return found;
    await sleep(MEASURE_MS);
    return await this.look();
  }

  async #ask(): Promise<BusiestKeys> {
    const answers = await Promise.all(this.#processes().map((worker) => worker.busiestKeys(MOST_KEYS)));
    return merge(answers.filter((census) => census !== null));
  }
}

/** The `limit` first in this order; what has none of it does not count. */
export function first(keys: readonly KeyRow[], order: KeyOrder, limit: number): KeyRow[] {
  return keys
    .filter((row) => row[order] > 0)
    .sort((one, other) => other[order] - one[order] || other.waiters - one.waiters || (one.key < other.key ? -1 : 1))
    .slice(0, limit);
}

/** The `limit` first in each order. */
export function shortened(found: BusiestKeys, limit: number): BusiestKeys {
  return { ...found, keys: [...new Set(KEY_ORDERS.flatMap((order) => first(found.keys, order, limit)))] };
}

/** Waiters and deliveries of workers add up; what is set on a key all of them see. */
function merge(censuses: readonly KeyCensus[]): BusiestKeys {
  const rows = new Map<string, KeyRow>();
  for (const { elapsedMs, keys } of censuses) {
    const perSecond = (count: number) => Math.round((count * 1e6) / Math.max(elapsedMs, 1)) / 1000;
    for (const { key, waiters, sets, deliveries } of keys) {
      const row = rows.get(key);
      rows.set(key, {
        key,
        waiters: waiters + (row?.waiters ?? 0),
        sets: Math.max(perSecond(sets), row?.sets ?? 0),
        deliveries: perSecond(deliveries) + (row?.deliveries ?? 0),
      });
    }
  }
  return {
    watched: censuses.reduce((sum, census) => sum + census.watched, 0),
    over: Math.max(0, ...censuses.map((census) => census.elapsedMs)) / 1000,
    keys: [...rows.values()],
  };
}
