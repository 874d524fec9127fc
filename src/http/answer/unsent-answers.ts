import type { Socket } from 'node:net';
import type { CometResponse } from './comet-response.ts';
import type { Rendered } from './rendered.ts';

/** How long a client may take for an answer of no length, milliseconds, and how many bytes it must take in each more. */
const LEAST_MS = 30_000;
const BYTES_PER_MS = 16;

/** What is kept in memory until the last of its clients has taken it. */
interface Held {
  readonly bytes: number;
  /** `null` for what one client alone is given. */
  readonly rendered: Rendered | null;
  clients: number;
}

/**
 * Answers that the kernel could not take whole, because their clients read more slowly than they are written to. Each
 * client has a deadline, and all that is held for them has a bound. Above it those that have taken longest are cut: a
 * client that reads is done long before.
 */
export class UnsentAnswers {
  /** By connection, in the order in which they were written. */
  readonly #held = new Map<Socket, Held>();
  /** Of answers that are kept once for all who take them. */
  readonly #shared = new Map<Rendered, Held>();
  readonly #maxBytes: number;
  readonly #onCut: () => void;
  #bytes = 0;

  /** `onCut` hears of every connection that is cut. */
  constructor(maxBytes: number, onCut: () => void) {
    this.#maxBytes = maxBytes;
    this.#onCut = onCut;
  }

  /**
   * To be called when all of an answer was written; does nothing if it has left whole. `rendered` is what others may
   * be given too.
   */
  watch(res: CometResponse, rendered: Rendered | null = null): void {
    const { socket } = res;
    if (socket === null || socket.writableLength === 0) return;
    this.#hold(socket, rendered?.isShared === true ? rendered : null);
    const overdue = setTimeout(() => this.#cut(socket), LEAST_MS + socket.writableLength / BYTES_PER_MS);
    // Comes once it has left whole, too.
    res.once('close', () => {
      clearTimeout(overdue);
      this.#release(socket);
    });
    for (const oldest of this.#held.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#cut(oldest);
    }
  }

  #cut(socket: Socket): void {
    this.#release(socket);
    this.#onCut();
    // A reset: what a close would still hand over stays in the kernel until the client has taken it.
    socket.resetAndDestroy();
  }

  #hold(socket: Socket, rendered: Rendered | null): void {
    let held = rendered === null ? undefined : this.#shared.get(rendered);
    if (held === undefined) {
      held = { bytes: socket.writableLength, rendered, clients: 0 };
      this.#bytes += held.bytes;
      if (rendered !== null) this.#shared.set(rendered, held);
    }
    held.clients++;
    this.#held.set(socket, held);
  }

  #release(socket: Socket): void {
    const held = this.#held.get(socket);
    if (held === undefined) return;
    this.#held.delete(socket);
    if (--held.clients > 0) return;
    this.#bytes -= held.bytes;
    if (held.rendered !== null) this.#shared.delete(held.rendered);
  }
}
