import type { Clock } from '../clock.ts';
import type { KeyCensus, KeyFigures } from '../metrics/key-census.ts';
import type { KeyState } from './key-state.ts';
import type { Keys } from './keys.ts';
import { Top } from './top.ts';

/** Keys that are looked at before others have their turn: a tenth of a millisecond, two while the code is cold. */
const SLICE = 1024;

/**
 * Finds the busiest keys of a worker by looking at all that it watches. Nothing is kept but two counters a key, which
 * each census takes: who wants rates has them over the time since the census before.
 */
export class Census {
  readonly #keys: Keys;
  readonly #clock: Clock;
  #since: number;

  constructor(keys: Keys, clock: Clock) {
    this.#keys = keys;
    this.#clock = clock;
    this.#since = clock.now();
  }

  /**
   * Returns at most `limit` keys of each kind, so at most three times as many, and none that nothing happens on. Yields
   * after each slice, for whoever runs it to let others have their turn.
   */
  *take(limit: number): Generator<void, KeyCensus> {
    const now = this.#clock.now();
    const elapsedMs = now - this.#since;
    this.#since = now;
    const byWaiters = new Top<KeyFigures>(limit);
    const bySets = new Top<KeyFigures>(limit);
    const byDeliveries = new Top<KeyFigures>(limit);
    let watched = 0;
    for (const state of this.#keys.all()) {
      if (++watched % SLICE === 0) yield;
      if (state.count + state.sets + state.deliveries === 0) continue;
      const figures = collect(state);
      byWaiters.add(figures, figures.waiters);
      bySets.add(figures, figures.sets);
      byDeliveries.add(figures, figures.deliveries);
    }
    return { elapsedMs, watched, keys: [...new Set([byWaiters, bySets, byDeliveries].flatMap((top) => top.items()))] };
  }
}

function collect(state: KeyState): KeyFigures {
  const { name: key, count: waiters, sets, deliveries } = state;
  state.sets = 0;
  state.deliveries = 0;
  return { key, waiters, sets, deliveries };
}
