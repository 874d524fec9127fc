import type { Socket } from 'node:net';
import type { CometResponse } from './answer/comet-response.ts';

/** Requests of one connection that may stand behind the one that is being answered. No proxy or browser sends any. */
const MAX_BEHIND = 16;

/**
 * Keeps requests that a client sent before it had its answer: each begins when the one before it is answered. So a
 * connection never has two polls, a poll behind another doesn't miss that its client went away, and what stands
 * behind a parked poll is bounded.
 */
export class Pipeline {
  readonly #behind = new WeakMap<Socket, number>();

  /** Calls `begin` when it is this response's turn; never if the connection ends before. */
  defer(res: CometResponse, begin: () => void): void {
    const { socket } = res.req;
    const behind = (this.#behind.get(socket) ?? 0) + 1;
    if (behind > MAX_BEHIND) {
      socket.destroy();
      return;
    }
    this.#behind.set(socket, behind);
    res.once('socket', () => {
      this.#behind.set(socket, (this.#behind.get(socket) ?? 1) - 1);
      // node:http is still about to flush what the response may have been given before.
      process.nextTick(begin);
    });
  }
}
