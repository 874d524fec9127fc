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
import { Cluster } from './cluster.ts';
import type { Deployment, DeploymentEvents } from './deployment.ts';
import { Logs } from './logs.ts';
import { RedisMailboxes } from './mailboxes.ts';
import { MasterWatch } from './master-watch.ts';
import { Names } from './names.ts';
import { parseNotice } from './notice-text.ts';
import type { RedisTime } from './redis-time.ts';
import { Sentinels } from './sentinels.ts';
import { Shard } from './shard.ts';
import { describeTarget, type Target, type TlsFiles } from './target.ts';
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
  /** Messages in a mailbox from which on a push is refused; 0 or nothing for none. */
  readonly maxMailboxLength?: number;
  /** Milliseconds that a message in flight is kept from parked polls; `LEASE_MS` unless a test needs another. */
  readonly leaseMs?: number;
  /** Replicas that must have an entry before it is acknowledged; none unless told. */
  readonly replicas?: number;
  readonly log: Logger;
  readonly meters: Meters;
  readonly clock: Clock;
}

/** The engine on Redis. While Redis is away calls fail at once, and what is watched is remembered. */
export class RedisEngine implements Engine {
  readonly mailboxes: RedisMailboxes;
  readonly #clock: Clock;
  readonly #meters: Meters;
  readonly #deployment: Deployment;
  readonly #watch: MasterWatch | null;
  readonly #logs: Logs;
  #events: EngineEvents | null = null;

  constructor(options: RedisEngineOptions) {
    const { historySize, historyTtlMs, leaseMs = LEASE_MS, maxMailboxLength = 0, replicas = 0 } = options;
    const { target, clock, timeoutMs } = options;
    const unique = new Unique();
    const names = new Names(options.prefix, options.mailboxPrefix, target.database);
    this.#clock = clock;
    this.#meters = options.meters;
    const { deployment, watch } = deploy(options, names, unique.process, {
      onEntry: (key, message, time) => this.#onEntry(key, message, time),
      onMail: (uid) => this.#events?.mailbox(uid),
      onLive: (keys, uids) => this.#events?.live(keys, uids),
      onLost: (keys, uids) => this.#events?.lost(keys, uids),
    });
    this.#deployment = deployment;
    this.#watch = watch;
    this.#logs = new Logs({ deployment, names, unique, historySize, historyTtlMs, isReplicated: replicas > 0 });
    this.mailboxes = new RedisMailboxes({
      deployment,
      names,
      unique,
      clock,
      timeoutMs,
      leaseMs,
      maxLength: maxMailboxLength,
    });
  }

  start(events: EngineEvents): void {
    this.#events = events;
    this.#deployment.start();
    this.#watch?.start();
  }

  async stop(): Promise<void> {
    this.#events = null;
    this.#watch?.stop();
    await this.#deployment.stop();
  }

  append(key: string, value: string, options: AppendOptions): Promise<AppendResult> {
    return this.#logs.append(key, value, options);
  }

  remove(key: string): Promise<void> {
    return this.#logs.remove(key);
  }

  read(key: string, history: boolean): Promise<Log | null> {
    return this.#logs.read(key, history);
  }

  watch(key: string): void {
    this.#deployment.watchKey(key);
  }

  unwatch(key: string): void {
    this.#deployment.unwatchKey(key);
  }

  health(): Health {
    return this.#deployment.health();
  }

  #onEntry(key: string, message: string, time: RedisTime): void {
    const notice = parseNotice(message, time);
    if (notice === null) return;
    if (notice.type === 'entry') {
      this.#meters.pubsubLag.observe(Math.max(0, this.#clock.now() - notice.acceptedAt) / 1000);
    }
    this.#events?.notice(key, notice);
  }
}

interface Deployed {
  readonly deployment: Deployment;
  /** Where sentinels say which Redis is the master. */
  readonly watch: MasterWatch | null;
}

function deploy(options: RedisEngineOptions, names: Names, process: string, events: DeploymentEvents): Deployed {
  const { target, tlsFiles, timeoutMs, meters } = options;
  const access = { ...target, tlsFiles };
  const log = options.log.child({ redis: describeTarget(target) });
  const shared = { ...options, access, names, process, log };
  if (target.kind === 'cluster') return { deployment: new Cluster(shared, target.addresses, events), watch: null };
  const [first] = target.addresses;
  if (first === undefined) throw new TypeError('a target has an address');
  const watch =
    target.kind === 'single'
      ? null
      : new MasterWatch({
          sentinels: new Sentinels(target, access, timeoutMs),
          intervalMs: options.probeIntervalMs,
          log,
          onMoved: (master) => shard.follow(master),
        });
  const locate = async () => (watch === null ? first : await watch.locate());
  const shard: Shard = new Shard(
    { ...shared, locate },
    {
      ...events,
      onChanged: () => {
        meters.redisUp = shard.up ? 1 : 0;
      },
    },
  );
  return { deployment: shard, watch };
}
