import { Timed } from './wheel.ts';

/** Moments that one tally keeps; more sets of its key than this, while one of them is under way, are not told apart. */
const MAX_MOMENTS = 1024;

/** Where a copy stands. */
export interface Position {
  readonly epoch: string;
  readonly offset: number;
}

/** A moment in which the waiters of a key were looked through, because its copy had moved or was proven. */
export interface Moment extends Position {
  /** Parked waiters that were answered. */
  readonly woken: number;
  /** Some of them need a read first: they are answered in another moment. */
  readonly pending: boolean;
}

/** Counts whom one set wakes, from before it is written. `close` hears when it has been kept too long. */
export class WakeTally extends Timed {
  readonly key: string;
  readonly #moments: Moment[] = [];
  readonly #close: (tally: WakeTally) => void;
  /** Who waits for the number, once it is known what to count. */
  #asked: (Position & { readonly resolve: (woken: number | null) => void }) | null = null;

  constructor(key: string, close: (tally: WakeTally) => void) {
    super();
    this.key = key;
    this.#close = close;
  }

  add(moment: Moment): void {
    if (this.#moments.length >= MAX_MOMENTS) this.#moments.shift();
    this.#moments.push(moment);
    this.#look();
  }

  /**
   * Whom the entry at this offset woke; `null` if that isn't known by the deadline. `alone`: nobody waits any more, so
   * there is nothing to wait for.
   */
  take(epoch: string, offset: number, alone: boolean): Promise<number | null> {
    return new Promise((resolve) => {
      this.#asked = { epoch, offset, resolve };
      if (alone) this.#settle(this.#sum(epoch, offset).woken);
      else this.#look();
    });
  }

  override expire(): void {
    this.#settle(null);
  }

  #look(): void {
    if (this.#asked === null) return;
    const { woken, whole } = this.#sum(this.#asked.epoch, this.#asked.offset);
    if (whole) this.#settle(woken);
  }

  /**
   * From the first moment in which the copy had the entry, or a newer one, to the first that left nobody pending: where
   * the newer one came first, waiters were answered with that.
   */
  #sum(epoch: string, offset: number): { readonly woken: number; readonly whole: boolean } {
    let woken = 0;
    for (const moment of this.#moments) {
      if (moment.epoch !== epoch || moment.offset < offset) continue;
      woken += moment.woken;
      if (!moment.pending) return { woken, whole: true };
    }
    return { woken, whole: false };
  }

  #settle(woken: number | null): void {
    this.#asked?.resolve(woken);
    this.#asked = null;
    this.#close(this);
  }
}
