import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { ChannelListener, Connection } from './connection.ts';
import { Link } from './link.ts';
import type { Names } from './names.ts';
import { reasonOf } from './refusals.ts';
import { type SubscriptionCommand, Subscriptions } from './subscriptions.ts';

/** Takes what comes in about topics that are live. What comes before belongs to what is read once they are. */
export interface Inbox {
  /** A message on the channel of a key. */
  onEntry(key: string, message: string): void;
  /** A mailbox may have grown. */
  onMail(uid: string): void;
}

export interface SubscriberEvents {
  readonly inbox: Inbox;
  readonly onProbe: ChannelListener;
  /** Subscriptions of these were acknowledged. */
  onLive(keys: readonly string[], uids: readonly string[]): void;
  /** A connection stands, on which probes are heard. */
  onReady(): void;
  /** The connection is gone. */
  onLost(): void;
  onReconnect(): void;
}

export interface SubscriberOptions {
  readonly names: Names;
  readonly probeChannel: string;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly log: Logger;
  /** Makes a connection that is not yet connected. */
  readonly make: () => Connection;
  /** Looks whom the connection has reached; rejects if we can't stand on it. */
  readonly greet: (connection: Connection) => Promise<unknown>;
}

/** Channels in one SUBSCRIBE: enough to be cheap, and Redis still serves others in between. */
const BATCH_CHANNELS = 512;
/** Commands under way at once, so that resubscribing very many stays within the deadline of each. */
const WINDOW = 8;
/** Events of a list by which it may have grown. Our own taking out shows up there too, and is no news. */
const GROWING = new Set(['lpush', 'rpush']);

/** Keeps a subscriber connection with whatever is wanted subscribed on it. */
export class Subscriber {
  readonly keys = new Subscriptions(BATCH_CHANNELS);
  /** A mailbox has two channels. */
  readonly uids = new Subscriptions(BATCH_CHANNELS / 2);
  readonly link: Link;
  readonly #options: SubscriberOptions;
  readonly #events: SubscriberEvents;
  readonly #onEntry: ChannelListener = (message, channel) => {
    const key = this.#options.names.keyOf(channel);
    if (this.keys.isLive(key)) this.#events.inbox.onEntry(key, message);
  };
  readonly #onMail: ChannelListener = (_message, channel) => this.#hint(this.#options.names.uidOfMail(channel));
  readonly #onKeyspace: ChannelListener = (event, channel) => {
    if (GROWING.has(event)) this.#hint(this.#options.names.uidOfKeyspace(channel));
  };
  /** Mailboxes to tell of once what has arrived with them is read. */
  readonly #hints = new Set<string>();
  /** Redis lets us subscribe to the keyspace. */
  #keyspace = false;
  #underWay = 0;
  #scheduled: NodeJS.Immediate | null = null;

  constructor(options: SubscriberOptions, events: SubscriberEvents) {
    this.#options = options;
    this.#events = events;
    this.link = new Link({
      make: options.make,
      prepare: (connection) => this.#prepare(connection),
      log: options.log,
      onReady: () => this.#onReady(),
      onLost: () => this.#onLost(),
      onReconnect: () => {
        options.meters.resyncs++;
        events.onReconnect();
      },
    });
  }

  /** To be called after `keys` or `uids` were changed. What is changed in one turn of the event loop goes out together. */
  changed(): void {
    this.#scheduled ??= setImmediate(() => {
      this.#scheduled = null;
      this.#pump();
    });
  }

  async stop(): Promise<void> {
    if (this.#scheduled !== null) clearImmediate(this.#scheduled);
    this.#scheduled = null;
    await this.link.stop();
  }

  async #prepare(connection: Connection): Promise<void> {
    const { names, probeChannel, greet } = this.#options;
    await greet(connection);
    await connection.subscribe(new Map([[probeChannel, this.#events.onProbe]]));
    this.#keyspace = await this.#tryKeyspace(connection, names.keyspaceTrial);
  }

  /** Redis may refuse the keyspace's channels to our user; mailboxes then live without them. */
  async #tryKeyspace(connection: Connection, channel: string): Promise<boolean> {
    try {
      await connection.trySubscribe(channel);
      return true;
    } catch (error) {
      if (!(error instanceof CometError && error.code === 'REDIS_AUTH')) throw error;
      this.#options.log.warn({ reason: reasonOf(error) }, 'bare pushes into mailboxes will not wake polls');
      return false;
    }
  }

  #onReady(): void {
    this.#underWay = 0;
    this.keys.connected();
    this.uids.connected();
    this.#events.onReady();
    this.#pump();
  }

  #onLost(): void {
    this.keys.disconnected();
    this.uids.disconnected();
    this.#events.onLost();
  }

  #pump(): void {
    const { connection } = this.link;
    if (connection === null) return;
    this.#tell();
    for (const subscriptions of [this.keys, this.uids]) {
      while (this.#underWay < WINDOW) {
        const command = subscriptions.next();
        if (command === null) break;
        void this.#execute(connection, subscriptions, command);
      }
    }
  }

  async #execute(connection: Connection, subscriptions: Subscriptions, command: SubscriptionCommand): Promise<void> {
    const { clock, meters } = this.#options;
    const sent = clock.now();
    this.#underWay++;
    try {
      const channels = subscriptions === this.keys ? this.#keyChannels(command) : this.#uidChannels(command);
      if (command.type === 'subscribe') await connection.subscribe(channels);
      else await connection.unsubscribe([...channels.keys()]);
    } catch (error) {
      // A connection on which it isn't certain what is subscribed is of no use.
      connection.destroy(error as Error);
      return;
    }
    // An acknowledgement of a connection that is gone says nothing about the one that stands now.
    if (this.link.connection !== connection) return;
    this.#underWay--;
    meters.redisCommands.get('subscribe')?.observe((clock.now() - sent) / 1000);
    subscriptions.acknowledged(command);
    this.#pump();
  }

  #keyChannels(command: SubscriptionCommand): Map<string, ChannelListener> {
    const { names } = this.#options;
    return new Map(command.topics.map((key) => [names.channel(key), this.#onEntry]));
  }

  #uidChannels(command: SubscriptionCommand): Map<string, ChannelListener> {
    const channels = new Map<string, ChannelListener>();
    for (const uid of command.topics) {
      const { channel, keyspace } = this.#options.names.mailbox(uid);
      channels.set(channel, this.#onMail);
      if (this.#keyspace) channels.set(keyspace, this.#onKeyspace);
    }
    return channels;
  }

  /** A push through us is announced and shows in the keyspace: the two come together, and are one hint. */
  #hint(uid: string): void {
    this.#hints.add(uid);
    if (this.#hints.size > 1) return;
    queueMicrotask(() => {
      const uids = [...this.#hints];
      this.#hints.clear();
      for (const hinted of uids) if (this.uids.isLive(hinted)) this.#events.inbox.onMail(hinted);
    });
  }

  #tell(): void {
    const keys = this.keys.takeLive();
    const uids = this.uids.takeLive();
    if (keys.length + uids.length > 0) this.#events.onLive(keys, uids);
  }
}
