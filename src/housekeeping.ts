import { Session } from 'node:inspector';
import { getHeapStatistics } from 'node:v8';
import type { Clock } from './clock.ts';

/** The heap of a process, as far as it is kept in order. */
export interface Heap {
  /** Bytes that are in use, garbage included, and bytes that V8 has taken from the system for them. */
  sizes(): { readonly used: number; readonly taken: number };
  /** Collects everything, gives back what is free then, and calls `done`: 2 to 4 ms for each megabyte in use. */
  collect(done: () => void): void;
}

const LOOK_MS = 1000;
/** Who allocates more between two looks is busy. What an idle worker does comes to a tenth of that. */
const BUSY_BYTES = 512 * 1024;
/** So long nothing must have happened. */
const QUIET_MS = 3000;
/** For less it is not worth it. */
const LEAST_BYTES = 8 * 1024 * 1024;
/** A bound on how long the worker stands still. V8 looks after larger heaps by itself, in steps, and later. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * Gives memory back once a worker has become quiet: what it took for a load stays with it else for a minute, or for good.
 * At most once for each time that it was busy. See docs/decisions/worker-memory.md.
 */
export class Housekeeping {
  readonly #heap: Heap;
  readonly #clock: Clock;
  #lookedAt = 0;
  #used = 0;
  #busyAt = 0;
  #collectedAt = 0;
  #isCollecting = false;
  /** Bytes taken when all was in order. */
  #least = 0;

  constructor(heap: Heap, clock: Clock) {
    this.#heap = heap;
    this.#clock = clock;
  }

  /** That of this process; `null` where Node was built without an inspector. */
  static ofProcess(clock: Clock): Housekeeping | null {
    return process.features.inspector ? new Housekeeping(OWN_HEAP, clock) : null;
  }

  /** To be called at least every second. */
  advance(): void {
    const now = this.#clock.now();
    if (this.#isCollecting || now - this.#lookedAt < LOOK_MS) return;
    this.#lookedAt = now;
    const { used, taken } = this.#heap.sizes();
    const grown = used - this.#used;
    this.#used = used;
    const isQuiet = now - this.#busyAt >= QUIET_MS;
    // What V8 has collected is that of a load, or what gathered over a minute in which little happened.
    if (grown > BUSY_BYTES || (grown < -BUSY_BYTES && !isQuiet)) this.#busyAt = now;
    const isOver = this.#busyAt > this.#collectedAt && now - this.#busyAt >= QUIET_MS;
    if (!isOver || taken - this.#least < LEAST_BYTES || used > MOST_BYTES) return;
    this.#isCollecting = true;
    this.#heap.collect(() => {
      this.#isCollecting = false;
      this.#collectedAt = this.#clock.now();
      ({ used: this.#used, taken: this.#least } = this.#heap.sizes());
    });
  }
}

const OWN_HEAP: Heap = {
  sizes: () => {
    const { used_heap_size: used, total_heap_size: taken } = getHeapStatistics();
    return { used, taken };
  },
  // The one way from JavaScript to have V8 do what it does where memory is short: `gc` leaves half empty pages as they are.
  collect: (done) => {
    const session = new Session();
    session.connect();
    session.post('HeapProfiler.collectGarbage', () => {
      // Not in here: it would never return.
      setImmediate(() => session.disconnect());
      done();
    });
  },
};
