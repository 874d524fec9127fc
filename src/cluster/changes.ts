/** Lets somebody wait for a condition on an object that says when it has changed. */
export class Changes {
  readonly #looks = new Set<() => void>();
  #over = false;

  /** Something may hold now that did not before. */
  happened(): void {
    for (const look of [...this.#looks]) look();
  }

  /** Something has changed for the last time. */
  end(): void {
    this.#over = true;
    this.happened();
  }

  /**
   * Resolves true as soon as the condition holds; false once so many milliseconds are over, or when nothing will
   * change any more.
   */
  until(condition: () => boolean, ms = Number.POSITIVE_INFINITY): Promise<boolean> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const settle = (result: boolean) => {
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(result);
      };
      const look = () => {
        if (condition()) settle(true);
        else if (this.#over) settle(false);
      };
      if (Number.isFinite(ms) && !this.#over) timer = setTimeout(() => settle(condition()), ms);
      this.#looks.add(look);
      look();
    });
  }
}
