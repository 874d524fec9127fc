import type { Socket } from 'node:net';
import type { CometResponse } from './comet-response.ts';

/** How long a client may take for an answer of no length, milliseconds, and how many bytes it must take in each more. */
const LEAST_MS = 30_000;
const BYTES_PER_MS = 16;

/**
 * Answers that the kernel could not take whole, because their clients read more slowly than they are written to. Each
 * is held in memory until its client has taken it: so it has a deadline, and all together have a bound. Above the
 * bound those that have waited longest are cut: a client that reads is done long before.
 */
export class UnsentAnswers {
  /** Bytes by connection, in the order in which they were written. */
  readonly #answers = new Map<Socket, number>();
  readonly #maxBytes: number;
  readonly #onCut: () => void;
  #bytes = 0;

  /** `onCut` hears of every connection that is cut. */
  constructor(maxBytes: number, onCut: () => void) {
    this.#maxBytes = maxBytes;
    this.#onCut = onCut;
  }

  /** To be called when an answer was written; does nothing for one that has left whole. */
  watch(res: CometResponse): void {
    const { socket } = res;
    const bytes = socket?.writableLength ?? 0;
    if (socket === null || bytes === 0) return;
    this.#answers.set(socket, bytes);
    this.#bytes += bytes;
    const overdue = setTimeout(() => this.#cut(socket), LEAST_MS + bytes / BYTES_PER_MS);
    // Comes once it has left whole, too.
    res.once('close', () => {
      clearTimeout(overdue);
      this.#forget(socket);
    });
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#cut(oldest);
    }
  }

  #cut(socket: Socket): void {
    this.#forget(socket);
    this.#onCut();
    // A reset: what a close would still hand over stays in the kernel until the client has taken it.
    socket.resetAndDestroy();
  }

  #forget(socket: Socket): void {
    this.#bytes -= this.#answers.get(socket) ?? 0;
    this.#answers.delete(socket);
  }
}
