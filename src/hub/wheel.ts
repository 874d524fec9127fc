/**
 * One hashed timing wheel for every deadline of a worker (G. Varghese, T. Lauck, "Hashed and Hierarchical Timing
 * Wheels", 1987, scheme 6): adding and removing is O(1), and a parked request owns two links instead of a timer.
 * Pure: it is told the time. Nothing expires early, and at most one tick late.
 */

/** Something with a deadline. The wheel owns the links. */
export abstract class Timed {
  /** Milliseconds on the clock that drives the wheel. */
  deadline = 0;
  wheelNext: Timed | null = null;
  wheelPrevious: Timed | null = null;
  /** Slot it hangs in, -1 when it is in no wheel. */
  wheelSlot = -1;

  abstract expire(): void;
}

const SLOTS = 1024;
/** Milliseconds of a slot. */
export const TICK_MS = 100;

export class Wheel {
  readonly #slots: (Timed | null)[] = new Array<Timed | null>(SLOTS).fill(null);
  readonly #sooner: () => void;
  #turned: number;
  #size = 0;
  /** What is hung in for before this has whoever turns the wheel told. */
  #restsUntil = 0;

  /** `sooner` hears when something is hung in that is due before the time that `rest` gave last, once each time. */
  constructor(now: number, sooner: () => void = () => undefined) {
    this.#sooner = sooner;
    this.#turned = Math.floor(now / TICK_MS);
  }

  get size(): number {
    return this.#size;
  }

  /** Hangs an item in, or moves it to another deadline. */
  set(item: Timed, deadline: number): void {
    this.remove(item);
    item.deadline = deadline;
    // A slot is visited once its whole tick is over, so the one that is due already is the next to be visited.
    const slot = Math.max(Math.floor(deadline / TICK_MS), this.#turned) % SLOTS;
    const head = this.#slots[slot] ?? null;
    item.wheelSlot = slot;
    item.wheelNext = head;
    if (head !== null) head.wheelPrevious = item;
    this.#slots[slot] = item;
    this.#size++;
    if (deadline < this.#restsUntil) {
      this.#restsUntil = 0;
      this.#sooner();
    }
  }

  /** Milliseconds, of whole ticks, at most `most`, after which to advance again: before that nothing would expire. */
  rest(now: number, most: number): number {
    let ms = TICK_MS;
    // What hangs in a slot may be due a full turn later; to look once too often does no harm.
    for (let turn = this.#turned; ms < most && this.#slots[turn % SLOTS] === null; turn++) ms += TICK_MS;
    this.#restsUntil = ms > TICK_MS ? now + ms - TICK_MS : 0;
    return ms;
  }

  /** Takes an item out; one that is in no wheel is left alone. */
  remove(item: Timed): void {
    if (item.wheelSlot < 0) return;
    if (item.wheelPrevious === null) this.#slots[item.wheelSlot] = item.wheelNext;
    else item.wheelPrevious.wheelNext = item.wheelNext;
    if (item.wheelNext !== null) item.wheelNext.wheelPrevious = item.wheelPrevious;
    item.wheelNext = null;
    item.wheelPrevious = null;
    item.wheelSlot = -1;
    this.#size--;
  }

  /** Expires everything whose deadline is past, and returns how many. What expires has left the wheel. */
  advance(now: number): number {
    const current = Math.floor(now / TICK_MS);
    // After a long stall one full turn visits everything.
    const from = Math.max(this.#turned, current - SLOTS);
    this.#turned = current;
    let expired = 0;
    for (let turn = from; turn < current; turn++) {
      for (const item of this.#due(turn % SLOTS, now)) {
        // An item that expired before it in this turn may have taken it out or moved it.
        if (item.wheelSlot !== turn % SLOTS || item.deadline > now) continue;
        this.remove(item);
        item.expire();
        expired++;
      }
    }
    return expired;
  }

  /** Every item, in no order, as it was at the call. */
  items(): Timed[] {
    const all: Timed[] = [];
    for (const head of this.#slots) {
      for (let item = head; item !== null; item = item.wheelNext) all.push(item);
    }
    return all;
  }

  #due(slot: number, now: number): Timed[] {
    const due: Timed[] = [];
    for (let item = this.#slots[slot] ?? null; item !== null; item = item.wheelNext) {
      if (item.deadline <= now) due.push(item);
    }
    return due;
  }
}
