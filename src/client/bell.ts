/** Wakes whoever waits for a change. */
export class Bell {
  readonly #waiting: (() => void)[] = [];

  /** Resolves at the next `ring`. */
  wait(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  ring(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
