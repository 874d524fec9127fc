import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Health } from '../engine.ts';
import type { Inbox } from './channels.ts';
import type { Access } from './client.ts';
import { Commands } from './commands.ts';
import { Connection } from './connection.ts';
import { greet } from './handshake.ts';
import { Link } from './link.ts';
import type { Names } from './names.ts';
import { Probe } from './probe.ts';
import { RedisTime } from './redis-time.ts';
import { reasonOf } from './refusals.ts';
import { loadScripts } from './scripts.ts';
import { Subscriber } from './subscriber.ts';
import type { Address } from './target.ts';

export interface ShardOptions {
  /** Where its master is now; asked before each connection. */
  readonly locate: () => Promise<Address>;
  readonly access: Access;
  readonly names: Names;
  /** Name of this process among all that use this Redis. */
  readonly process: string;
  readonly timeoutMs: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly log: Logger;
  readonly meters: Meters;
  readonly clock: Clock;
}

export interface ShardEvents extends Inbox {
  /** Subscriptions of these were acknowledged. */
  onLive(keys: readonly string[], uids: readonly string[]): void;
  /** The subscriber connection is gone. */
  onLost(): void;
  /** The data of this Redis was lost, while the connections stood. */
  onStoreLost(): void;
}

/**
 * One Redis: a connection for commands, one for what is subscribed to, and a probe that proves the way from the one to
 * the other. The connections come and go on their own.
 */
export class Shard {
  readonly time = new RedisTime();
  readonly commands: Commands;
  readonly subscriber: Subscriber;
  readonly #options: ShardOptions;
  readonly #commandLink: Link;
  readonly #probe: Probe;
  #runId = '';

  constructor(options: ShardOptions, events: ShardEvents) {
    const { clock, meters, log, names } = options;
    const probeChannel = names.probe(options.process);
    const onReconnect = () => {
      meters.redisReconnects++;
    };
    this.#options = options;
    this.#commandLink = new Link({
      make: () => this.#make('comet-commands'),
      prepare: (connection) => this.#prepare(connection),
      log: log.child({ link: 'commands' }),
      onReady: () => this.#changed(),
      onLost: () => this.#changed(),
      onReconnect,
    });
    this.commands = new Commands(this.#commandLink, { scripts: loadScripts(), clock, meters });
    this.subscriber = new Subscriber(
      {
        names,
        clock,
        meters,
        log: log.child({ link: 'subscriber' }),
        probeChannel,
        make: () => this.#make('comet-subscriber'),
        greet: (connection) => greet(connection, clock, this.time),
      },
      {
        inbox: events,
        onProbe: (message) => this.#probe.heard(message),
        onLive: (keys, uids) => events.onLive(keys, uids),
        onReady: () => this.#changed(),
        onLost: () => {
          this.#changed();
          events.onLost();
        },
        onReconnect,
      },
    );
    this.#probe = new Probe({
      commands: this.commands,
      commandLink: this.#commandLink,
      subscriberLink: this.subscriber.link,
      storeEpoch: names.storeEpoch,
      channel: probeChannel,
      intervalMs: options.probeIntervalMs,
      timeoutMs: options.probeTimeoutMs,
      time: this.time,
      clock,
      meters,
      log,
      onStoreLost: () => events.onStoreLost(),
    });
  }

  /** Random name of the Redis process that commands go to; empty before there was one. */
  get runId(): string {
    return this.#runId;
  }

  start(): void {
    this.#commandLink.start();
    this.subscriber.link.start();
    this.#probe.start();
  }

  async stop(): Promise<void> {
    this.#probe.stop();
    await Promise.all([this.#commandLink.stop(), this.subscriber.stop()]);
    this.#options.meters.redisUp = 0;
  }

  health(): Health {
    if (this.#commandLink.connection === null) {
      return { ready: false, reason: `no connection to Redis: ${reasonOf(this.#commandLink.refusal)}` };
    }
    if (this.subscriber.link.connection === null) {
      return { ready: false, reason: `no subscriber connection to Redis: ${reasonOf(this.subscriber.link.refusal)}` };
    }
    if (!this.#probe.proven) return { ready: false, reason: 'no probe has come back through pub/sub lately' };
    return { ready: true };
  }

  #make(name: string): Connection {
    const { locate, access, timeoutMs, clock } = this.#options;
    return new Connection({ locate, access, name, timeoutMs, clock });
  }

  async #prepare(connection: Connection): Promise<void> {
    const server = await greet(connection, this.#options.clock, this.time);
    await this.commands.load(connection);
    this.#runId = server.runId;
  }

  /** A connection came or went. */
  #changed(): void {
    const up = this.#commandLink.connection !== null && this.subscriber.link.connection !== null;
    this.#options.meters.redisUp = up ? 1 : 0;
    if (up) void this.#probe.send();
  }
}
