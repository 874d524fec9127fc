export interface LifecycleEvents {
  /** SIGHUP, each time until a stop was asked for. */
  reload(): void;
}

/** The signals by which an operator, a terminal or a service manager steers the primary. */
export class Lifecycle {
  /** Resolves at the first SIGTERM or SIGINT: end gracefully. */
  readonly stop: Promise<void>;
  /** Aborted at the second: end at once. */
  readonly abort: AbortSignal;
  readonly #events: LifecycleEvents;
  readonly #aborter = new AbortController();
  readonly #onStop = () => this.#asked();
  readonly #onReload = () => this.#events.reload();
  #resolveStop: () => void = () => {};
  #isStopping = false;

  constructor(events: LifecycleEvents) {
    this.#events = events;
    this.stop = new Promise((resolve) => {
      this.#resolveStop = resolve;
    });
    this.abort = this.#aborter.signal;
  }

  /** Takes the signals over from their default, which is to end the process. */
  open(): void {
    process.on('SIGTERM', this.#onStop);
    process.on('SIGINT', this.#onStop);
    process.on('SIGHUP', this.#onReload);
  }

  /** Gives them back. */
  close(): void {
    process.off('SIGTERM', this.#onStop);
    process.off('SIGINT', this.#onStop);
    process.off('SIGHUP', this.#onReload);
  }

  #asked(): void {
    if (this.#isStopping) this.#aborter.abort();
    else this.#resolveStop();
    this.#isStopping = true;
  }
}
