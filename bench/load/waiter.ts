import { Invalid } from '../invalid.ts';
import type { Answer } from './answer.ts';
import { ask } from './asker.ts';
import type { Connection, ConnectionOwner } from './connection.ts';
import type { Dialect } from './dialects/dialect.ts';
import { type Stamp, stampIn } from './stamp.ts';

export interface WaiterOptions {
  readonly connection: Connection;
  readonly dialect: Dialect;
  readonly key: string;
  readonly woken: (waiter: Waiter, stamp: Stamp) => void;
  readonly failed: (error: Error) => void;
}

/** A client that polls one key, from the position that its last answer gave. */
export class Waiter implements ConnectionOwner {
  readonly key: string;
  /** Sequence number of the newest value of its key; the next answer must have it. */
  expected = 0;
  readonly #options: WaiterOptions;
  #position = '';

  constructor(options: WaiterOptions) {
    this.key = options.key;
    this.#options = options;
    options.connection.owner = this;
  }

  /** Before the first poll. */
  async join(): Promise<void> {
    const { connection, dialect } = this.#options;
    if (dialect.join === undefined) return;
    this.#position = await dialect.join(this.key, (request) => ask(connection, request));
    connection.owner = this;
  }

  poll(): void {
    const { connection, dialect } = this.#options;
    connection.send(dialect.poll(this.key, this.#position));
  }

  answered(answer: Answer): void {
    const { dialect, woken } = this.#options;
    const stamp = stampIn(answer);
    if (stamp.sequence !== this.expected) {
      throw new Invalid(`a waiter of ${this.key} got number ${stamp.sequence} instead of ${this.expected}`);
    }
    this.#position = dialect.positionIn(answer);
    woken(this, stamp);
  }

  failed(error: Error): void {
    this.#options.failed(error);
  }

  close(): void {
    this.#options.connection.close();
  }
}
