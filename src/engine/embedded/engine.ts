import { type Clock, systemClock } from '../../clock.ts';
import type { Meters } from '../../metrics/meters.ts';
import type {
  AppendOptions,
  AppendResult,
  Engine,
  EngineEvents,
  Health,
  Log,
  MailboxEngine,
  Notice,
} from '../engine.ts';
import { type StoreMessage, weigh } from './messages.ts';
import { Skew } from './skew.ts';
import { StoreLine, type StorePort } from './store-line.ts';
import { Subscriptions } from './subscriptions.ts';

/** Weight of messages after which the store is sent a receipt; far below what it lets be under way. */
const RECEIPT = 256 * 1024;

export interface EmbeddedEngineOptions {
  readonly clock?: Clock;
  /** Where it is counted that notices were lost; nowhere unless told. */
  readonly meters?: Meters;
  /** Milliseconds until a call that got no answer fails. */
  readonly timeoutMs?: number;
  /** Calls that may be under way; more are refused with `ENGINE_BUSY`. */
  readonly maxCalls?: number;
  /** Characters of calls that may be under way; more are refused with `ENGINE_BUSY`. */
  readonly maxCallWeight?: number;
}

/** The worker's end of the embedded engine: every call goes to the store in the primary. */
export class EmbeddedEngine implements Engine {
  readonly mailboxes: MailboxEngine;
  readonly #line: StoreLine;
  readonly #subscriptions: Subscriptions;
  readonly #skew: Skew;
  readonly #meters: Meters | null;
  #events: EngineEvents | null = null;
  /** Weight of the messages since the last receipt. */
  #unconfirmed = 0;

  constructor(port: StorePort, options: EmbeddedEngineOptions = {}) {
    const { clock = systemClock, timeoutMs = 5_000, maxCalls = 10_000, maxCallWeight = 64 * 1024 * 1024 } = options;
    const line = new StoreLine(port, clock, { timeoutMs, maxCalls, maxWeight: maxCallWeight });
    const subscriptions = new Subscriptions((request) => line.send(request));
    this.#line = line;
    this.#subscriptions = subscriptions;
    this.#skew = new Skew(clock);
    this.#meters = options.meters ?? null;
    this.mailboxes = mailboxEngine(line, subscriptions);
  }

  start(events: EngineEvents): void {
    this.#events = events;
    this.#line.open();
    this.#subscriptions.open();
  }

  stop(): Promise<void> {
    this.#events = null;
    this.#subscriptions.close();
    this.#line.close();
    return Promise.resolve();
  }

  /** Takes a message of the store; they must come in the order in which it sent them. */
  receive(message: StoreMessage): void {
    const events = this.#events;
    if (events === null) return;
    switch (message.type) {
      case 'result':
        this.#skew.observe(message.now);
        this.#line.resolve(message.id, message.result);
        break;
      case 'failure':
        this.#line.reject(message.id, message.code);
        break;
      case 'live':
        this.#skew.observe(message.now);
        this.#live(events, message.keys, message.uids, message.round);
        break;
      case 'lost':
        if (this.#meters !== null) this.#meters.resyncs++;
        events.lost();
        break;
      case 'notice':
        if (this.#subscriptions.keys.isLive(message.key)) events.notice(message.key, this.#local(message.notice));
        break;
      case 'mailbox':
        if (this.#subscriptions.uids.isLive(message.uid)) events.mailbox(message.uid);
        break;
    }
    this.#confirm(message);
  }

  append(key: string, value: string, options: AppendOptions): Promise<AppendResult> {
    return this.#line.call({ op: 'append', key, value, options });
  }

  async remove(key: string): Promise<void> {
    await this.#line.call({ op: 'remove', key });
  }

  async read(key: string, history: boolean): Promise<Log | null> {
    const log = await this.#line.call({ op: 'read', key, history });
    return log === null ? null : { ...log, expiresAt: this.#skew.local(log.expiresAt) };
  }

  watch(key: string): void {
    this.#subscriptions.keys.watch(key);
  }

  unwatch(key: string): void {
    this.#subscriptions.keys.unwatch(key);
  }

  health(): Health {
    return this.#line.health();
  }

  #live(events: EngineEvents, keys: readonly string[], uids: readonly string[], round: number): void {
    const liveKeys = this.#subscriptions.keys.live(keys, round);
    const liveUids = this.#subscriptions.uids.live(uids, round);
    if (liveKeys.length + liveUids.length > 0) events.live(liveKeys, liveUids);
  }

  /** The notice with its times on this process's clock. */
  #local(notice: Notice): Notice {
    if (notice.type === 'gone') return notice;
    const acceptedAt = this.#skew.local(notice.acceptedAt);
    return { ...notice, expiresAt: this.#skew.local(notice.expiresAt), acceptedAt };
  }

  #confirm(message: StoreMessage): void {
    this.#unconfirmed += weigh(message);
    if (this.#unconfirmed < RECEIPT) return;
    this.#line.send({ type: 'received', weight: this.#unconfirmed });
    this.#unconfirmed = 0;
  }
}

function mailboxEngine(line: StoreLine, { uids }: Subscriptions): MailboxEngine {
  return {
    push: async (uid, value) => {
      await line.call({ op: 'push', uid, value });
    },
    pop: (uid, count, parked) => line.call({ op: 'pop', uid, count, parked }),
    giveBack: async (uid, values) => {
      await line.call({ op: 'give-back', uid, values });
    },
    take: (uid, ack, parked) => line.call({ op: 'take', uid, ack, parked }),
    watch: (uid) => uids.watch(uid),
    unwatch: (uid) => uids.unwatch(uid),
  };
}
