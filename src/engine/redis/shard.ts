import { CometError } from '../../errors.ts';
import type { Health } from '../engine.ts';
import type { Reply } from './client.ts';
import { Commands } from './commands.ts';
import { Connection } from './connection.ts';
import type { Deployment } from './deployment.ts';
import { DurableAppends } from './durable-appends.ts';
import { greet } from './handshake.ts';
import { Link } from './link.ts';
import type { ProbeNames } from './names.ts';
import { Probe } from './probe.ts';
import { RedisTime } from './redis-time.ts';
import { loadScripts, type ScriptName } from './scripts.ts';
import { shardHealth } from './shard-health.ts';
import type { ShardEvents, ShardOptions } from './shard-options.ts';
import { Subscriber } from './subscriber.ts';
import type { Address } from './target.ts';

/**
 * One Redis: a connection for commands, one for what is subscribed to, and a probe that proves the way from the one to
 * the other. The connections come and go on their own.
 */
export class Shard implements Deployment {
  readonly spansKeys = true;
  readonly time = new RedisTime();
  readonly commands: Commands;
  readonly subscriber: Subscriber;
  readonly #options: ShardOptions;
  readonly #commandLink: Link;
  /** All of them. */
  readonly #links: readonly Link[];
  readonly #probe: Probe;
  readonly #durable: DurableAppends | null;
  readonly #events: ShardEvents;
  /** Names of probes on the subscriber connection that stands. */
  #probeNames: ProbeNames | null = null;

  constructor(options: ShardOptions, events: ShardEvents) {
    const { clock, meters, log, names } = options;
    const onReconnect = () => {
      meters.redisReconnects++;
    };
    this.#options = options;
    this.#events = events;
    const sharded = options.home !== undefined;
    this.#commandLink = new Link({
      make: () => this.#make('comet-commands'),
      prepare: (connection) => this.#prepare(connection),
      log: log.child({ link: 'commands' }),
      onReady: () => this.#changed(),
      onLost: () => this.#changed(),
      onReconnect,
    });
    const scripting = { scripts: loadScripts(sharded), clock, meters };
    this.commands = new Commands(this.#commandLink, scripting);
    const { replicas = 0, timeoutMs } = options;
    this.#durable =
      replicas === 0
        ? null
        : new DurableAppends({
            ...{ replicas, timeoutMs, scripting, onReconnect },
            make: () => this.#make('comet-durable'),
            greet: (connection) => greet(connection, clock, this.time),
            log: log.child({ link: 'durable' }),
          });
    this.subscriber = new Subscriber(
      {
        names,
        clock,
        meters,
        log: log.child({ link: 'subscriber' }),
        sharded,
        probeChannel: () => {
          const home = options.home === undefined ? '' : options.home();
          this.#probeNames = home === null ? null : names.probe(home, options.process);
          return this.#probeNames?.channel ?? null;
        },
        make: () => this.#make('comet-subscriber'),
        greet: (connection) => greet(connection, clock, this.time),
      },
      {
        inbox: {
          onEntry: (key, message) => events.onEntry(key, message, this.time),
          onMail: (uid) => events.onMail(uid),
        },
        onProbe: (message) => this.#probe.heard(message),
        onLive: (keys, uids) => events.onLive(keys, uids),
        onReady: () => this.#changed(),
        onLost: () => {
          this.#changed();
          this.#lost();
        },
        onReconnect,
      },
    );
    this.#links = [this.#commandLink, this.subscriber.link, ...(this.#durable === null ? [] : [this.#durable.link])];
    this.#probe = new Probe({
      commands: this.commands,
      commandLink: this.#commandLink,
      subscriberLink: this.subscriber.link,
      names: () => this.#probeNames,
      intervalMs: options.probeIntervalMs,
      timeoutMs: options.probeTimeoutMs,
      time: this.time,
      clock,
      meters,
      log,
      onDemoted: () => {
        for (const link of this.#links) link.renew(new CometError('REDIS_READONLY'));
      },
      onStoreLost: () => this.#resync(),
    });
  }

  /** Whether both connections stand. */
  get up(): boolean {
    return this.#commandLink.connection !== null && this.subscriber.link.connection !== null;
  }

  /** The connection for commands, while it stands. */
  get connection(): Connection | null {
    return this.#commandLink.connection;
  }

  run(name: ScriptName, keys: readonly string[], args: readonly string[]): Promise<Reply> {
    return this.send(name, keys, args, false);
  }

  /** As `run`; `asking` is for what a Cluster's node is still importing. */
  send(name: ScriptName, keys: readonly string[], args: readonly string[], asking: boolean): Promise<Reply> {
    if (name === 'append' && this.#durable !== null) return this.#durable.append(keys, args, asking);
    return this.commands.run(name, keys, args, asking);
  }

  timeOf(): RedisTime {
    return this.time;
  }

  watchKey(key: string): void {
    this.subscriber.keys.watch(key);
    this.subscriber.changed();
  }

  unwatchKey(key: string): void {
    this.subscriber.keys.unwatch(key);
    this.subscriber.changed();
  }

  watchMailbox(uid: string): void {
    this.subscriber.uids.watch(uid);
    this.subscriber.changed();
  }

  unwatchMailbox(uid: string): void {
    this.subscriber.uids.unwatch(uid);
    this.subscriber.changed();
  }

  /** Subscriptions that are not certain any more: a new connection makes them anew. */
  resubscribe(reason: string): void {
    this.subscriber.link.renew(new Error(reason));
  }

  /** Another one is the master now: connections to any other are made anew. */
  follow(master: Address): void {
    for (const link of this.#links) link.follow(master);
  }

  start(): void {
    for (const link of this.#links) link.start();
    this.#probe.start();
  }

  async stop(): Promise<void> {
    this.#probe.stop();
    await Promise.all([this.subscriber.stop(), ...this.#links.map((link) => link.stop())]);
  }

  health(): Health {
    return shardHealth({
      commands: this.#commandLink,
      subscriber: this.subscriber.link,
      durable: this.#durable?.link ?? null,
      probe: this.#probe,
    });
  }

  #make(name: string): Connection {
    const { locate, access, timeoutMs } = this.#options;
    const onMoved = () => {
      this.resubscribe('a slot has moved away');
      this.#events.onMoved?.();
    };
    return new Connection({ locate, access, name, timeoutMs, onMoved });
  }

  async #prepare(connection: Connection): Promise<void> {
    await greet(connection, this.#options.clock, this.time);
    await this.commands.load(connection);
  }

  /** A connection came or went. */
  #changed(): void {
    this.#events.onChanged();
    if (this.up) void this.#probe.send();
  }

  /** Of a Cluster the other shards' topics are as they were. */
  #lost(): void {
    const { keys, uids } = this.subscriber;
    if (this.#options.home === undefined) this.#events.onLost();
    else this.#events.onLost(keys.wanted(), uids.wanted());
  }

  /** The data is gone: whatever is known of it has to be read again. */
  #resync(): void {
    const [keys, uids] = [this.subscriber.keys.live(), this.subscriber.uids.live()];
    this.#options.meters.resyncs++;
    if (keys.length + uids.length > 0) this.#events.onLive(keys, uids);
  }
}
