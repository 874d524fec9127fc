import type { Logger } from 'pino';
import type { Clock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import {
  type AppendOptions,
  type AppendResult,
  type Engine,
  type EngineEvents,
  type Health,
  LEASE_MS,
  type Log,
} from '../engine.ts';
import type { Access } from './client.ts';
import { Logs } from './logs.ts';
import { RedisMailboxes } from './mailboxes.ts';
import { Names } from './names.ts';
import { parseNotice } from './notice-text.ts';
import { Sentinels } from './sentinels.ts';
import { Shard } from './shard.ts';
import { type Address, describeTarget, type Target, type TlsFiles } from './target.ts';
import { Unique } from './unique.ts';

export interface RedisEngineOptions {
  readonly target: Target;
  /** Used where the target wants TLS. */
  readonly tlsFiles: TlsFiles;
  /** Put before every key and channel but the mailboxes; without braces. */
  readonly prefix: string;
  /** A mailbox is the list of this prefix and the uid; not empty, without braces. */
  readonly mailboxPrefix: string;
  /** Deadline of every call and of connecting, milliseconds. */
  readonly timeoutMs: number;
  /** Milliseconds between two probes. */
  readonly probeIntervalMs: number;
  /** Milliseconds after which a probe that did not come back has the subscriber connection replaced. */
  readonly probeTimeoutMs: number;
  /** Entries that a key retains, the newest included. */
  readonly historySize: number;
  /** Milliseconds that entries older than the newest are retained. */
  readonly historyTtlMs: number;
  /** Milliseconds that a message in flight is kept from parked polls; `LEASE_MS` unless a test needs another. */
  readonly leaseMs?: number;
  readonly log: Logger;
  readonly meters: Meters;
  readonly clock: Clock;
}

/** The engine on Redis. While Redis is away calls fail at once, and what is watched is remembered. */
export class RedisEngine implements Engine {
  readonly mailboxes: RedisMailboxes;
  readonly #clock: Clock;
  readonly #meters: Meters;
  readonly #names: Names;
  readonly #shard: Shard;
  readonly #logs: Logs;
  #events: EngineEvents | null = null;

  constructor(options: RedisEngineOptions) {
    const { historySize, historyTtlMs, leaseMs = LEASE_MS, target, tlsFiles, ...shared } = options;
    const access = { ...target, tlsFiles };
    const unique = new Unique();
    this.#clock = options.clock;
    this.#meters = options.meters;
    this.#names = new Names(options.prefix, options.mailboxPrefix, target.database);
    this.#shard = new Shard(
      {
        ...shared,
        locate: locatorOf(target, access, options),
        access,
        names: this.#names,
        process: unique.process,
        log: options.log.child({ redis: describeTarget(target) }),
      },
      {
        onEntry: (key, message) => this.#onEntry(key, message),
        onMail: (uid) => this.#events?.mailbox(uid),
        onLive: (keys, uids) => this.#events?.live(keys, uids),
        onLost: () => this.#events?.lost(),
        onStoreLost: () => this.#resync(),
      },
    );
    const { commands, subscriber, time } = this.#shard;
    this.#logs = new Logs({ commands, names: this.#names, time, unique, historySize, historyTtlMs });
    const { clock, timeoutMs } = options;
    this.mailboxes = new RedisMailboxes({
      commands,
      names: this.#names,
      subscriber,
      unique,
      time,
      clock,
      timeoutMs,
      leaseMs,
    });
  }

  start(events: EngineEvents): void {
    this.#events = events;
    this.#shard.start();
  }

  async stop(): Promise<void> {
    this.#events = null;
    await this.#shard.stop();
  }

  append(key: string, value: string, options: AppendOptions): Promise<AppendResult> {
    return this.#logs.append(key, value, options, this.#shard.runId);
  }

  remove(key: string): Promise<void> {
    return this.#logs.remove(key);
  }

  read(key: string, history: boolean): Promise<Log | null> {
    return this.#logs.read(key, history);
  }

  watch(key: string): void {
    this.#shard.subscriber.keys.watch(key);
    this.#shard.subscriber.changed();
  }

  unwatch(key: string): void {
    this.#shard.subscriber.keys.unwatch(key);
    this.#shard.subscriber.changed();
  }

  health(): Health {
    return this.#shard.health();
  }

  #onEntry(key: string, message: string): void {
    const notice = parseNotice(message, this.#shard.time);
    if (notice === null) return;
    if (notice.type === 'entry') {
      this.#meters.pubsubLag.observe(Math.max(0, this.#clock.now() - notice.acceptedAt) / 1000);
    }
    this.#events?.notice(key, notice);
  }

  /** The data is gone: whatever is known of it has to be read again. */
  #resync(): void {
    const { subscriber } = this.#shard;
    const [keys, uids] = [subscriber.keys.live(), subscriber.uids.live()];
    this.#meters.resyncs++;
    if (keys.length + uids.length > 0) this.#events?.live(keys, uids);
  }
}

function locatorOf(target: Target, access: Access, { timeoutMs, clock }: RedisEngineOptions): () => Promise<Address> {
  const [first] = target.addresses;
  if (first === undefined) throw new TypeError('a target has an address');
  if (target.kind !== 'sentinel') return async () => first;
  const sentinels = new Sentinels(target, access, timeoutMs, clock);
  return () => sentinels.master();
}
