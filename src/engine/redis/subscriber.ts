import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import { groupsOf } from './channel-groups.ts';
import { Channels, type Inbox } from './channels.ts';
import type { ChannelListener, Connection } from './connection.ts';
import { Keyspace } from './keyspace.ts';
import { Link } from './link.ts';
import type { Names } from './names.ts';
import { type SubscriptionCommand, Subscriptions } from './subscriptions.ts';

export interface SubscriberEvents {
  /** Takes what comes in about topics that are live. What comes before is read once they are. */
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
  /** Channel of probes on a new connection; `null` for none. */
  readonly probeChannel: () => string | null;
  /** Our own channels are those of a Cluster's shard. */
  readonly sharded: boolean;
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

/** Keeps a subscriber connection with whatever is wanted subscribed on it. */
export class Subscriber {
  readonly keys = new Subscriptions(BATCH_CHANNELS);
  /** A mailbox has two channels. */
  readonly uids = new Subscriptions(BATCH_CHANNELS / 2);
  readonly link: Link;
  readonly #options: SubscriberOptions;
  readonly #events: SubscriberEvents;
  readonly #channels: Channels;
  readonly #keyspace: Keyspace;
  #withKeyspace = false;
  #underWay = 0;
  #scheduled: NodeJS.Immediate | null = null;

  constructor(options: SubscriberOptions, events: SubscriberEvents) {
    this.#options = options;
    this.#events = events;
    const { inbox } = events;
    this.#channels = new Channels(options.names, {
      onEntry: (key, message) => {
        if (this.keys.isLive(key)) inbox.onEntry(key, message);
      },
      onMail: (uid) => {
        if (this.uids.isLive(uid)) inbox.onMail(uid);
      },
    });
    this.#keyspace = new Keyspace(options.names.keyspaceTrial, options.log);
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
    await this.#options.greet(connection);
    const probeChannel = this.#options.probeChannel();
    const kind = this.#options.sharded ? 'SHARDED' : 'CHANNELS';
    if (probeChannel !== null) await connection.subscribe(kind, new Map([[probeChannel, this.#events.onProbe]]));
    this.#withKeyspace = await this.#keyspace.allowed(connection);
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
      const channels =
        subscriptions === this.keys
          ? this.#channels.ofKeys(command.topics)
          : this.#channels.ofMailboxes(command.topics, this.#withKeyspace);
      const { names, sharded } = this.#options;
      await Promise.all(
        groupsOf(channels, sharded ? names : null).map((group) =>
          command.type === 'subscribe'
            ? connection.subscribe(group.kind, group.channels)
            : connection.unsubscribe(group.kind, [...group.channels.keys()]),
        ),
      );
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

  #tell(): void {
    const keys = this.keys.takeLive();
    const uids = this.uids.takeLive();
    if (keys.length + uids.length > 0) this.#events.onLive(keys, uids);
  }
}
