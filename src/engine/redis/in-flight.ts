/**
 * When the calls that wait for a reply on one connection were sent. Redis replies in order, so the oldest call is
 * always the next to be settled, and one look at its age stands for a timer a call.
 */
export class InFlight {
  #sentAt: number[] = [];
  #head = 0;

  get size(): number {
    return this.#sentAt.length - this.#head;
  }

  /** When the oldest one was sent; `null` when none is under way. */
  get oldest(): number | null {
    return this.#sentAt[this.#head] ?? null;
  }

  sent(now: number): void {
    this.#sentAt.push(now);
  }

  /** The oldest one was answered. */
  settled(): void {
    this.#head++;
    // Cuts off what is past once it is the larger part: a constant cost a call.
    if (this.#head > 64 && this.#head * 2 > this.#sentAt.length) {
      this.#sentAt = this.#sentAt.slice(this.#head);
      this.#head = 0;
    }
  }
}
