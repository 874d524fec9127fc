import { getHeapStatistics } from 'node:v8';
import type { Clock } from './clock.ts';

/** The heap of a process, as far as it is kept in order. */
export interface Heap {
  /** Bytes that are in use, garbage included, and bytes that V8 has taken from the system for them. */
  sizes(): { readonly used: number; readonly taken: number };
  /** Collects what died young: some milliseconds. */
  sweep(): void;
  /** Collects everything: 1 to 2 ms for each megabyte in use. */
  collect(): void;
}

const LOOK_MS = 1000;
/** Who allocates more between two looks is busy. What an idle worker does comes to a tenth of that. */
const BUSY_BYTES = 512 * 1024;
/** So long nothing must have happened. */
const QUIET_MS = 3000;
/** What survives two goes over to the old generation; the third finds nothing, and V8 takes note of that. */
const SWEEPS = 3;
/** V8 gives the young generation back where, within the last five seconds, there was little to collect. */
const REST_MS = 6000;
/** For less it is not worth it. */
const LEAST_BYTES = 8 * 1024 * 1024;
/** A bound on how long the worker stands still. V8 looks after larger heaps by itself, in steps, and later. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Gives memory back once a worker has become quiet: what it took for a load stays with it else for a minute, or for good.
 * One sweep and one full collection each time that it was busy. See docs/decisions/worker-memory.md.
 */
export class Housekeeping {
  readonly #heap: Heap;
  readonly #clock: Clock;
  #lookedAt = 0;
  #used = 0;
  #busyAt = 0;
  #sweptAt = 0;
  /** Bytes taken when all was in order. */
  #least = 0;

  constructor(heap: Heap, clock: Clock) {
    this.#heap = heap;
    this.#clock = clock;
  }

  /** That of this process; `null` where Node was started without `--expose-gc`. */
  static ofProcess(clock: Clock): Housekeeping | null {
    const { gc } = globalThis;
    if (gc === undefined) return null;
    const sizes = () => {
      const { used_heap_size: used, total_heap_size: taken } = getHeapStatistics();
      return { used, taken };
    };
    const sweep = () => {
      for (let time = 0; time < SWEEPS; time++) gc({ type: 'minor' });
    };
    return new Housekeeping({ sizes, sweep, collect: () => void gc() }, clock);
  }

  /** To be called at least every second. */
  advance(): void {
    const now = this.#clock.now();
    if (now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const { used, taken } = this.#heap.sizes();
    if (Math.abs(used - this.#used) > BUSY_BYTES) {
      this.#busyAt = now;
      this.#sweptAt = 0;
    }
    this.#used = used;
    if (taken - this.#least < LEAST_BYTES || used > MOST_BYTES || now - this.#busyAt < QUIET_MS) return;
    if (this.#sweptAt === 0) {
      this.#heap.sweep();
      this.#sweptAt = now;
      this.#used = this.#heap.sizes().used;
    } else if (now - this.#sweptAt >= REST_MS) {
      this.#heap.collect();
      this.#sweptAt = 0;
      ({ used: this.#used, taken: this.#least } = this.#heap.sizes());
    }
  }
}
