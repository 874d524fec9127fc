import type { ListenSocket } from './listen-socket.ts';

/**
 * A port that has no worker. Its socket takes connections that nobody accepts: good for the moment that a successor
 * needs, a black hole beyond it (a refused connection fails over in a millisecond, a queued one hangs). So past a limit
 * the socket is closed until there is a successor.
 */
export class Vacancy {
  readonly #socket: ListenSocket;
  readonly #limit: number;
  readonly #onClose: () => void;
  #timer: NodeJS.Timeout | undefined;
  #until = 0;

  /** `limit` in milliseconds; `onClose` hears of a socket that was closed. */
  constructor(socket: ListenSocket, limit: number, onClose: () => void) {
    this.#socket = socket;
    this.#limit = limit;
    this.#onClose = onClose;
  }

  /** Nobody accepts on the socket any more. */
  begin(): void {
    this.end();
    this.#until = performance.now() + this.#limit;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#socket.close();
      this.#onClose();
    }, this.#limit);
  }

  /** A worker has been given the socket, or nobody will be. */
  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Milliseconds until the socket is closed; infinite when it won't be, or is closed already. */
  get remaining(): number {
    return this.#timer === undefined ? Number.POSITIVE_INFINITY : Math.max(0, this.#until - performance.now());
  }
}
