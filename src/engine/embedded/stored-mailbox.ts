import { randomBytes } from 'node:crypto';

/** The one message that was handed to a poll with `ack` and is not acknowledged yet. */
export interface Flight {
  readonly id: string;
  readonly value: string;
  /** Milliseconds; until then parked polls leave it alone. */
  leasedUntil: number;
}

/** One user's messages, oldest first, and the one in flight, which is older than all of them. */
export class StoredMailbox {
  flight: Flight | null = null;
  #messages: (string | undefined)[] = [];
  /** Where the oldest stands: those before it are taken. */
  #head = 0;

  get isEmpty(): boolean {
    return this.flight === null && this.length === 0;
  }

  /** Messages, without the one in flight. */
  get length(): number {
    return this.#messages.length - this.#head;
  }

  put(value: string): void {
    this.#messages.push(value);
  }

  /** Puts messages, oldest first, before all others. */
  putBack(values: readonly string[]): void {
    this.#messages = [...values, ...this.#messages.slice(this.#head)];
    this.#head = 0;
  }

  /** The oldest message, for good; `undefined` when there is none. */
  shift(): string | undefined {
    const value = this.#messages[this.#head];
    if (value === undefined) return undefined;
    this.#messages[this.#head] = undefined;
    this.#head++;
    // Amortised: every message is moved at most once for each time the queue halves.
    if (this.#head > 32 && this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return value;
  }

  /** Puts the oldest message into flight, under a new random id. */
  launch(leasedUntil: number): Flight | null {
    const value = this.shift();
    this.flight = value === undefined ? null : { id: randomBytes(12).toString('base64url'), value, leasedUntil };
    return this.flight;
  }
}
