import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CometError } from '../../errors.ts';
import { BackOff } from './back-off.ts';
import type { Connection } from './connection.ts';
import { reasonOf } from './refusals.ts';
import { type Address, describeAddress, isSameAddress } from './target.ts';

export interface LinkOptions {
  /** Makes a connection that is not yet connected. */
  readonly make: () => Connection;
  /** Makes a connection that has just been connected ready for use; rejects if it can't be used. */
  readonly prepare: (connection: Connection) => Promise<void>;
  readonly log: Logger;
  /** A connection is there, until `onLost`. */
  readonly onReady: (connection: Connection) => void;
  /** The connection of the last `onReady` is gone. */
  readonly onLost: () => void;
  /** A connection was made in place of a lost one. */
  readonly onReconnect: () => void;
}

/** While Redis stays away for the same reason, that is said again so often. */
const REMIND_MS = 30_000;

/** Keeps one connection to Redis: whenever it dies, or can't be made, another is tried, for ever. */
export class Link {
  readonly #options: LinkOptions;
  readonly #backOff = new BackOff();
  readonly #stopping = new AbortController();
  /** The connection that stands, or that is being made. */
  #current: Connection | null = null;
  #ready = false;
  #running: Promise<void> | null = null;
  /** Why there is no connection. */
  #refusal = new CometError('ENGINE_UNAVAILABLE');
  #saidReason = '';
  #saidAt = 0;
  #connections = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** The connection that stands now. */
  get connection(): Connection | null {
    return this.#ready ? this.#current : null;
  }

  /** Why no connection stands, as an error for whoever needs one: nothing was done. */
  get refusal(): CometError {
    const { code, message, cause } = this.#refusal;
    return new CometError(code, { message, cause });
  }

  /** Begins to connect. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives up the connection that stands or is being made: another is made. */
  renew(cause: Error): void {
    this.#current?.destroy(cause);
  }

  /** Another one is the master now: gives up a connection to any other. One that still asks where to go is let be. */
  follow(master: Address): void {
    const address = this.#current?.address ?? null;
    if (address === null || isSameAddress(address, master)) return;
    this.renew(new Error(`the master is ${describeAddress(master)} now`));
  }

  /** Resolves once everything is closed. Idempotent. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#current?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const lived = await this.#live();
      if (signal.aborted) return;
      // Rejects only when it is stopped, which the loop sees for itself.
      await pause(this.#backOff.next(lived), undefined, { signal }).catch(() => undefined);
    }
  }

  /** One attempt and, if it succeeds, the life of the connection; resolves with how long that was. */
  async #live(): Promise<number> {
    const { make, prepare, onReady, onLost, onReconnect } = this.#options;
    const connection = make();
    this.#current = connection;
    try {
      await connection.connect();
      await prepare(connection);
    } catch (error) {
      connection.destroy(new Error('not ready'));
      this.#unreachable(error);
      return 0;
    }
    const since = performance.now();
    this.#ready = true;
    this.#saidReason = '';
    this.#options.log.info('connected to redis');
    if (++this.#connections > 1) onReconnect();
    onReady(connection);
    const cause = await connection.dead;
    this.#ready = false;
    this.#unreachable(cause);
    onLost();
    return performance.now() - since;
  }

  #unreachable(error: unknown): void {
    const reason = reasonOf(error);
    this.#refusal =
      error instanceof CometError && error.code !== 'ENGINE_TIMEOUT'
        ? error
        : new CometError('ENGINE_UNAVAILABLE', { cause: error });
    if (this.#stopping.signal.aborted) return;
    const now = performance.now();
    if (reason === this.#saidReason && now - this.#saidAt < REMIND_MS) return;
    this.#saidReason = reason;
    this.#saidAt = now;
    this.#options.log.warn({ reason }, 'redis out of reach, trying again');
  }
}
