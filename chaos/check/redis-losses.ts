import { parseCursor } from '../../src/hub/cursor.ts';
import type { Disturbance, History, Publish } from '../history/history.ts';

/** Which acknowledged sets Redis itself has lost. */
export class RedisLosses {
  readonly #losses: readonly Disturbance[];
  readonly #lost = new Set<Publish>();

  constructor(history: Pick<History, 'sets' | 'disturbances'>) {
    this.#losses = history.disturbances.filter(({ lossFrom }) => lossFrom !== null);
    if (this.#losses.length === 0) return;
    for (const sets of history.sets.values()) this.#search(sets);
  }

  /**
   * Whether Redis may have lost it: it was acknowledged before a fault in which Redis lost data, or during it.
   */
  mayHave(publish: Publish): boolean {
    return this.#losses.some(({ lossFrom, to }) => publish.endedAt >= (lossFrom ?? to) && publish.sentAt <= to);
  }

  /** Whether Redis may have lost it and did: a later set was given the same place in the log, or one before it. */
  has(set: Publish): boolean {
    return this.#lost.has(set);
  }

  /** From the newest set to the oldest: the least offset that is still to come tells what was overwritten. */
  #search(sets: readonly Publish[]): void {
    let least = Number.POSITIVE_INFINITY;
    for (const set of sets.toReversed()) {
      const offset = set.cursor === null ? undefined : parseCursor(set.cursor)?.offset;
      if (offset === undefined) continue;
      if (offset >= least && this.mayHave(set)) this.#lost.add(set);
      least = Math.min(least, offset);
    }
  }
}
