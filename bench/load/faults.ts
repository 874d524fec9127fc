/** The first thing that went wrong; whoever waits for the server waits for this too. */
export class Faults {
  readonly #first: Promise<never>;
  #reject: (error: Error) => void = () => {};

  constructor() {
    this.#first = new Promise((_, reject) => {
      this.#reject = reject;
    });
    // Nobody may be waiting when it happens; the next who does is told.
    this.#first.catch(() => {});
  }

  raise(error: Error): void {
    this.#reject(error);
  }

  /** Resolves as `promise` does, unless something goes wrong before. */
  orElse<T>(promise: Promise<T>): Promise<T> {
    return Promise.race([promise, this.#first]);
  }
}
