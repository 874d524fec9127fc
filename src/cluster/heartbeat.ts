export interface HeartbeatOptions {
  /** Milliseconds between two pings. */
  readonly every: number;
  /** Pings in a row that may stay without an answer. */
  readonly limit: number;
  readonly ping: () => void;
  /** Too many had no answer. Told again at every further one. */
  readonly hung: () => void;
}

/**
 * Finds a worker whose event loop has stopped. It counts pings, not time: after a pause of the whole machine, or of the
 * primary alone, no worker is taken for hung.
 */
export class Heartbeat {
  readonly #timer: NodeJS.Timeout;
  #unanswered = 0;

  /** Begins at once. */
  constructor(options: HeartbeatOptions) {
    this.#timer = setInterval(() => {
      this.#unanswered++;
      if (this.#unanswered > options.limit) options.hung();
      else options.ping();
    }, options.every);
  }

  /** The worker answered: earlier pings don't matter any more. */
  answered(): void {
    this.#unanswered = 0;
  }

  /** Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }
}
