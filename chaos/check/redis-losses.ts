import { parseCursor } from '../../src/hub/cursor.ts';
import type { Disturbance, History, Publish, Sighting } from '../history/history.ts';

/** Which acknowledged sets Redis itself has lost. */
export class RedisLosses {
  readonly #losses: readonly Disturbance[];
  readonly #lost = new Set<Publish>();

  constructor(history: Pick<History, 'sets' | 'traces' | 'disturbances'>) {
    this.#losses = history.disturbances.filter(({ lossFrom }) => lossFrom !== null);
    if (this.#losses.length === 0) return;
    for (const [key, sets] of history.sets) {
      const traces = history.traces.filter((trace) => trace.key === key);
      this.#search(
        sets,
        traces.flatMap(({ sightings }) => sightings.filter(({ recovered }) => !recovered)),
      );
    }
  }

  /**
   * Whether Redis may have lost it: it was acknowledged before a fault in which Redis lost data, or during it.
   */
  mayHave(publish: Publish): boolean {
    return this.#losses.some(({ lossFrom, to }) => publish.endedAt >= (lossFrom ?? to) && publish.sentAt <= to);
  }

  /**
   * Whether Redis may have lost it and did: a later set was given the same place in the log, or one before it, or
   * somebody was told later that the log ends before it.
   */
  has(set: Publish): boolean {
    return this.#lost.has(set);
  }

  /** From the newest set to the oldest: the least offset that is still to come tells what was overwritten. */
  #search(sets: readonly Publish[], told: readonly Sighting[]): void {
    let least = Number.POSITIVE_INFINITY;
    for (const set of sets.toReversed()) {
      const offset = set.cursor === null ? undefined : parseCursor(set.cursor)?.offset;
      if (offset === undefined) continue;
      const endsBefore = ({ at, cursor }: Sighting) =>
        at > set.endedAt && (parseCursor(cursor)?.offset ?? offset) < offset;
      if (this.mayHave(set) && (offset >= least || told.some(endsBefore))) this.#lost.add(set);
      least = Math.min(least, offset);
    }
  }
}
