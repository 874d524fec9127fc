import type { Clock } from '../clock.ts';
import { type Moment, type Position, WakeTally } from './wake-tally.ts';
import type { Wheel } from './wheel.ts';

/** Tallies at once; who asks for one more is told that it isn't known. */
const MAX_TALLIES = 1000;
/** A tally that nobody asks for is forgotten: longer than a set may take. Milliseconds. */
const KEPT_MS = 30_000;
/** How long an entry that was written may take to get here until it isn't waited for any more. Milliseconds. */
const PATIENCE_MS = 250;

/** Whom sets wake on this worker, for those that ask before they write. While nobody does it costs nothing. */
export class WakeTallies {
  readonly #clock: Clock;
  readonly #wheel: Wheel;
  readonly #byName = new Map<string, WakeTally>();
  readonly #byKey = new Map<string, Set<WakeTally>>();

  constructor(clock: Clock, wheel: Wheel) {
    this.#clock = clock;
    this.#wheel = wheel;
  }

  get idle(): boolean {
    return this.#byKey.size === 0;
  }

  /** Counts from now on; false if that is one too many. `known`: where the key's copy is proven to stand. */
  begin(name: string, key: string, known: Position | null): boolean {
    if (this.#byName.size >= MAX_TALLIES || this.#byName.has(name)) return false;
    const tally = new WakeTally(key, () => this.#forget(name, tally));
    if (known !== null) tally.add({ epoch: known.epoch, offset: known.offset, woken: 0, pending: false });
    this.#byName.set(name, tally);
    const others = this.#byKey.get(key) ?? new Set();
    this.#byKey.set(key, others.add(tally));
    this.#wheel.set(tally, this.#clock.now() + KEPT_MS);
    return true;
  }

  /**
   * Ends it with the number; `null` if it isn't known. `isAlone` tells whether nobody waits for a key. No entry has offset
   * 0: it ends one whose set wrote nothing.
   */
  end(name: string, epoch: string, offset: number, isAlone: (key: string) => boolean): Promise<number | null> {
    const tally = this.#byName.get(name);
    if (tally === undefined) return Promise.resolve(null);
    if (offset === 0) {
      this.#forget(name, tally);
      return Promise.resolve(null);
    }
    this.#wheel.set(tally, this.#clock.now() + PATIENCE_MS);
    return tally.take(epoch, offset, isAlone(tally.key));
  }

  add(key: string, moment: Moment): void {
    for (const tally of [...(this.#byKey.get(key) ?? [])]) tally.add(moment);
  }

  #forget(name: string, tally: WakeTally): void {
    this.#wheel.remove(tally);
    this.#byName.delete(name);
    const others = this.#byKey.get(tally.key);
    others?.delete(tally);
    if (others?.size === 0) this.#byKey.delete(tally.key);
  }
}
