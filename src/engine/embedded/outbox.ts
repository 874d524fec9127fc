import { type StoreMessage, weigh } from './messages.ts';

/** Weight of messages to one worker that it hasn't confirmed; above it, notices stop. */
const LIMIT = 16 * 1024 * 1024;

/**
 * What is under way to one worker, bounded: a worker that doesn't keep up (a stalled event loop, a stopped process)
 * must not grow the primary. Past the limit notices are left out, the worker is told that it lost some, and once it
 * has caught up to half the limit it is told to read again.
 */
export class Outbox {
  readonly #send: (message: StoreMessage) => void;
  readonly #limit: number;
  #weight = 0;
  #isLossy = false;

  constructor(send: (message: StoreMessage) => void, limit = LIMIT) {
    this.#send = send;
    this.#limit = limit;
  }

  /** Too much is under way for calls whose answer may be large. */
  get isFull(): boolean {
    return this.#weight >= this.#limit;
  }

  /** Notices are being left out: nothing may be promised now. */
  get isLossy(): boolean {
    return this.#isLossy;
  }

  /** Sends what is never left out. */
  send(message: StoreMessage): void {
    this.#weight += weigh(message);
    this.#send(message);
  }

  /** Sends what a later `live` makes good. */
  notify(message: StoreMessage): void {
    if (this.#isLossy) return;
    if (this.isFull) {
      this.#isLossy = true;
      this.send({ type: 'lost' });
    } else {
      this.send(message);
    }
  }

  /** Takes a receipt. True if notices were left out and will not be from now on: the worker has to be told `live`. */
  confirm(weight: number): boolean {
    this.#weight -= weight;
    if (!this.#isLossy || this.#weight > this.#limit / 2) return false;
    this.#isLossy = false;
    return true;
  }
}
