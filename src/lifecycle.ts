export interface LifecycleEvents {
  /** SIGHUP, each time until a stop was asked for. */
  reload(): void;
  /** An error that nobody caught: a defect. The process ends after this, and the workers with it. */
  failed(error: Error): void;
}

/**
 * A signal so soon after the first is its echo, not a second wish: npm passes on the Ctrl-C that the terminal has sent
 * to its children already.
 */
const ECHO_MS = 500;

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
  #askedAt = 0;

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
    const now = performance.now();
    if (!this.#isStopping) {
      this.#isStopping = true;
      this.#askedAt = now;
      this.#resolveStop();
    } else if (now - this.#askedAt > ECHO_MS) this.#aborter.abort();
  }

  #failed(error: Error): void {
    this.#events.failed(error);
    process.exit(1);
  }
}
