export interface LifecycleEvents {
  /** SIGHUP, each time until a stop was asked for. */
  reload(): void;
  /** An error that nobody caught: a defect. The process ends after this, and the workers with it. */
  failed(error: Error): void;
}

/** What steers the primary from outside: the signals of an operator, a terminal or a service manager, and defects. */
export class Lifecycle {
  /** Resolves at the first SIGTERM or SIGINT: end gracefully. */
  readonly stop: Promise<void>;
  /** Aborted at the second: end at once. */
  readonly abort: AbortSignal;
  readonly #events: LifecycleEvents;
  readonly #aborter = new AbortController();
  readonly #onStop = () => this.#asked();
  readonly #onReload = () => {
    if (!this.#isStopping) this.#events.reload();
  };
  readonly #onFailure = (error: Error) => this.#failed(error);
  #resolveStop: () => void = () => {};
  #isStopping = false;

  constructor(events: LifecycleEvents) {
    this.#events = events;
    this.stop = new Promise((resolve) => {
      this.#resolveStop = resolve;
    });
    this.abort = this.#aborter.signal;
  }

  /** Takes over from the defaults, which are to end the process. */
  open(): void {
    process.on('SIGTERM', this.#onStop);
    process.on('SIGINT', this.#onStop);
    process.on('SIGHUP', this.#onReload);
    process.on('uncaughtException', this.#onFailure);
  }

  /** Gives back to the defaults. */
  close(): void {
    process.off('SIGTERM', this.#onStop);
    process.off('SIGINT', this.#onStop);
    process.off('SIGHUP', this.#onReload);
    process.off('uncaughtException', this.#onFailure);
  }

  #asked(): void {
    if (this.#isStopping) this.#aborter.abort();
    else this.#resolveStop();
    this.#isStopping = true;
  }

  #failed(error: Error): void {
    this.#events.failed(error);
    process.exit(1);
  }
}
