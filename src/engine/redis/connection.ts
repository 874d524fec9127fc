import { ClientClosedError, ClientOfflineError, ErrorReply } from 'redis';
import { CometError } from '../../errors.ts';
import { type Access, type Client, createRedisClient, type Reply } from './client.ts';
import { Patience } from './patience.ts';
import { refusalOf } from './refusals.ts';
import type { Address } from './target.ts';

export interface ConnectionOptions {
  /** Where the server is now; asked once. */
  readonly locate: () => Promise<Address>;
  readonly access: Access;
  /** How it is called in Redis' `CLIENT LIST`. */
  readonly name: string;
  /** Redis has ended a subscription by itself: the slot is not here any more. */
  readonly onMoved?: () => void;
  /** Deadline of connecting and of each command, milliseconds. */
  readonly timeoutMs: number;
}

/** Of all Redis, or of the shard of a Cluster that has the channel's slot. One command names sharded channels of one slot. */
export type ChannelKind = 'CHANNELS' | 'SHARDED';

/** Takes a channel's messages; both are text. */
export type ChannelListener = (message: string, channel: string) => void;

/** Commands that wait for a reply at once; more are refused, so that a slow Redis piles nothing up here. */
const MAX_IN_FLIGHT = 10_000;

/**
 * ONE life of a TCP connection to Redis: `connect` is called once. Once it has died (closed, reset, broken or silent past the deadline) it says
 * so once, through `dead`, fails whatever was under way and stays dead; its owner makes another. So every reply it
 * gives comes from one and the same Redis process.
 */
export class Connection {
  /** Resolves, with the reason, when the connection has died. Never rejects. */
  readonly dead: Promise<Error>;
  /** Of the process at the other end; who greets it says so here. */
  runId = '';
  /** Where it leads to; `null` until that is known. */
  address: Address | null = null;
  readonly #options: ConnectionOptions;
  /** From `connect` on. */
  #client: Client | null = null;
  readonly #cutter = new AbortController();
  readonly #patience: Patience;
  /** Shared by all the channels of a listener: node-redis would keep two sets a channel. */
  readonly #listeners = new Map<ChannelListener, ReturnType<typeof sharedListeners>>();
  #announce: (cause: Error) => void = () => undefined;
  #cause: Error | null = null;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.dead = new Promise((resolve) => {
      this.#announce = resolve;
    });
    const { timeoutMs } = options;
    this.#patience = new Patience(timeoutMs, () => this.destroy(new Error(`no reply within ${timeoutMs} ms`)));
  }

  /** Connects and logs in; rejects with a `CometError` if that fails or takes longer than the deadline. */
  async connect(): Promise<void> {
    this.#patience.sent();
    let client: Client | null = null;
    try {
      this.address = await this.#options.locate();
      client = this.#open(this.address);
      await client?.connect();
    } catch (error) {
      this.destroy(error as Error);
      throw this.#failure(error, false);
    } finally {
      this.#patience.settled();
    }
    if (this.#cause === null) return;
    // Given up in the moment in which it became ready: node-redis has opened the socket all the same.
    client?.destroy();
    throw this.#failure(this.#cause, false);
  }

  /** Sends a command and gives its reply. Never waits to be connected, never longer than the deadline. */
  send(args: readonly string[]): Promise<Reply> {
    return this.#track((client) => client.sendCommand<Reply>(args));
  }

  /**
   * Resolves once Redis has acknowledged every one of these channels, none of which may be subscribed to already. After
   * a refusal the connection can't be used any more.
   */
  async subscribe(kind: ChannelKind, channels: ReadonlyMap<string, ChannelListener>): Promise<void> {
    const shared = new Map<string, ReturnType<typeof sharedListeners>>();
    for (const [channel, listener] of channels) shared.set(channel, this.#shared(listener));
    await this.#track((client) => client.extendPubSubListeners(kind, shared));
  }

  /** Subscribes to a channel whose messages don't matter, to see whether Redis lets us. */
  async trySubscribe(channel: string): Promise<void> {
    await this.#track((client) => client.subscribe(channel, () => undefined));
  }

  async unsubscribe(kind: ChannelKind, channels: readonly string[]): Promise<void> {
    const names = [...channels];
    await this.#track((client) => (kind === 'SHARDED' ? client.sUnsubscribe(names) : client.unsubscribe(names)));
  }

  /** Declares it dead: the socket is cut, and what is under way fails as what may have been done. Idempotent. */
  destroy(cause: Error): void {
    if (this.#cause !== null) return;
    this.#cause = cause;
    this.#patience.stop();
    this.#client?.destroy();
    this.#cutter.abort();
    this.#announce(cause);
  }

  /** As `destroy`, because it is not wanted any more. */
  close(): void {
    this.destroy(new Error('closed'));
  }

  /** `null` if it was given up meanwhile. */
  #open(address: Address): Client | null {
    if (this.#cause !== null) return null;
    const { access, name, timeoutMs } = this.#options;
    const client = createRedisClient({ address, access, name, connectTimeout: timeoutMs, signal: this.#cutter.signal });
    // Whatever node-redis calls an error ends this life: also a broken protocol, after which no reply can be trusted.
    client.on('error', (error: Error) => this.destroy(error));
    client.on('sharded-channel-moved', () => this.#options.onMoved?.());
    this.#client = client;
    return client;
  }

  #shared(listener: ChannelListener): ReturnType<typeof sharedListeners> {
    const known = this.#listeners.get(listener);
    if (known !== undefined) return known;
    const listeners = sharedListeners((message, channel) => {
      this.#patience.heard();
      listener(message, channel);
    });
    this.#listeners.set(listener, listeners);
    return listeners;
  }

  async #track<T>(command: (client: Client) => Promise<T>): Promise<T> {
    if (this.#cause !== null || this.#client === null) throw this.#failure(this.#cause, false);
    if (this.#patience.size >= MAX_IN_FLIGHT) throw new CometError('ENGINE_BUSY');
    this.#patience.sent();
    try {
      return await command(this.#client);
    } catch (error) {
      throw this.#failure(error, !(error instanceof ClientClosedError || error instanceof ClientOfflineError));
    } finally {
      this.#patience.settled();
    }
  }

  /** `written`: the command may have reached Redis. */
  #failure(error: unknown, written: boolean): CometError {
    if (error instanceof CometError) return error;
    if (error instanceof ErrorReply) return refusalOf(error);
    return new CometError(written ? 'ENGINE_TIMEOUT' : 'ENGINE_UNAVAILABLE', { cause: this.#cause ?? error });
  }
}

function sharedListeners(listener: ChannelListener) {
  return { unsubscribing: false, buffers: new Set<never>(), strings: new Set([listener]) };
}
