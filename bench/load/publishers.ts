import type { Connection } from './connection.ts';
import type { Dialect } from './dialects/dialect.ts';
import { stampedValue } from './stamp.ts';

export interface PublishersOptions {
  readonly connections: readonly Connection[];
  readonly dialect: Dialect;
  readonly failed: (error: Error) => void;
}

interface Publish {
  readonly key: string;
  readonly sequence: number;
  /** `performance.now()`; null: when it is sent. */
  readonly sentAt: number | null;
}

/** Connections that publish; a publish waits until one is free. */
export class Publishers {
  /** Publishes that are neither answered nor refused yet. */
  pending = 0;
  readonly #dialect: Dialect;
  readonly #connections: readonly Connection[];
  readonly #free: Connection[];
  readonly #queue: Publish[] = [];
  #next = 0;

  constructor({ connections, dialect, failed }: PublishersOptions) {
    this.#dialect = dialect;
    this.#connections = connections;
    this.#free = [...connections];
    for (const connection of connections) {
      connection.owner = { answered: () => this.#answered(connection), failed };
    }
  }

  /** The value is stamped with `sentAt`, or else with the time at which it is sent. */
  publish(key: string, sequence: number, sentAt: number | null = null): void {
    this.pending++;
    const publish = { key, sequence, sentAt };
    const connection = this.#free.pop();
    if (connection === undefined) this.#queue.push(publish);
    else this.#send(connection, publish);
  }

  close(): void {
    for (const connection of this.#connections) connection.close();
  }

  #answered(connection: Connection): void {
    this.pending--;
    const publish = this.#queue[this.#next];
    if (publish === undefined) {
      this.#queue.length = 0;
      this.#next = 0;
      this.#free.push(connection);
      return;
    }
    this.#next++;
    if (this.#next === 10_000) this.#queue.splice(0, this.#next).length = this.#next = 0;
    this.#send(connection, publish);
  }

  #send(connection: Connection, { key, sequence, sentAt }: Publish): void {
    const value = stampedValue({ sentAt: sentAt ?? performance.now(), sequence });
    connection.send(this.#dialect.publish(key, value));
  }
}
