import type { Output } from './io.ts';

/**
 * Ends a command that runs until it is told to: at Ctrl-C, and when nobody reads what it writes any more. A second Ctrl-C
 * ends it at once.
 */
export class Interrupt {
  readonly #controller = new AbortController();
  readonly #end = () => {
    this.#controller.abort();
    this.close();
  };

  constructor(output: Output) {
    process.on('SIGINT', this.#end);
    process.on('SIGTERM', this.#end);
    output.on?.('error', this.#end);
  }

  /** Aborted once it is to end. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Gives signals back to the defaults. Idempotent. */
  close(): void {
    process.off('SIGINT', this.#end);
    process.off('SIGTERM', this.#end);
  }
}
