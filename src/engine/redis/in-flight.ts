/**
 * At which look the calls that wait for a reply on one connection were sent. Redis replies in order, so the oldest call
 * is always the next to be settled, and its age stands for a timer a call.
 */
export class InFlight {
  #looks: number[] = [];
  #head = 0;

  get size(): number {
    return this.#looks.length - this.#head;
  }

  /** That of the oldest one; `null` when none is under way. */
  get oldest(): number | null {
    return this.#looks[this.#head] ?? null;
  }

  sent(look: number): void {
    this.#looks.push(look);
  }

  /** The oldest one was answered. */
  settled(): void {
    this.#head++;
    // Cuts off what is past once it is the larger part: a constant cost a call.
    if (this.#head > 64 && this.#head * 2 > this.#looks.length) {
      this.#looks = this.#looks.slice(this.#head);
      this.#head = 0;
    }
  }
}
