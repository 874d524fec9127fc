import { type Clock, systemClock } from '../../clock.ts';
import { LEASE_MS } from '../engine.ts';
import { Budget } from './budget.ts';
import type { EngineCall, EngineResult, StoreMessage } from './messages.ts';
import { StoreConnection } from './store-connection.ts';
import { StoredKeys } from './stored-keys.ts';
import { StoredMailboxes } from './stored-mailboxes.ts';
import { Watchers } from './watchers.ts';

/** Milliseconds between two slices of the sweep, and how many logs a slice looks at: 40,000 a second. */
const SWEEP_INTERVAL = 250;
const SWEEP_SLICE = 10_000;

export interface EmbeddedStoreOptions {
  /** Bytes that it may hold; writes are refused with `ENGINE_FULL` above it, and nothing is evicted. */
  readonly maxBytes: number;
  /** Entries that a key retains, the newest included. */
  readonly historySize: number;
  /** Milliseconds that entries older than the newest are retained. */
  readonly historyTtlMs: number;
  /** Messages in a mailbox from which on a push is refused; 0 or nothing for none. */
  readonly maxMailboxLength?: number;
  readonly clock?: Clock;
  /** Milliseconds that the message in flight is kept from parked polls. */
  readonly leaseMs?: number;
}

/**
 * The embedded engine's keys and mailboxes, in the primary's memory: one machine, gone on restart. It does one thing
 * at a time, so an append and its notices are one step.
 */
export class EmbeddedStore {
  readonly #budget: Budget;
  readonly #clock: Clock;
  readonly #keys: StoredKeys;
  readonly #mailboxes: StoredMailboxes;
  readonly #keyWatchers = new Watchers<StoreConnection>();
  readonly #uidWatchers = new Watchers<StoreConnection>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: EmbeddedStoreOptions) {
    const { maxBytes, historySize, historyTtlMs, clock = systemClock, leaseMs = LEASE_MS } = options;
    const { maxMailboxLength: maxLength = 0 } = options;
    const budget = new Budget(maxBytes);
    this.#budget = budget;
    this.#clock = clock;
    this.#keys = new StoredKeys({
      budget,
      clock,
      historySize,
      historyTtlMs,
      announce: (key, notice) => this.#tell(this.#keyWatchers.of(key), { type: 'notice', key, notice }),
    });
    this.#mailboxes = new StoredMailboxes({
      budget,
      clock,
      leaseMs,
      maxLength,
      announce: (uid) => this.#tell(this.#uidWatchers.of(uid), { type: 'mailbox', uid }),
    });
    this.#timer = setInterval(() => this.sweep(), SWEEP_INTERVAL);
  }

  /** Bytes held, overhead included. */
  get bytes(): number {
    return this.#budget.used;
  }

  /** Connects a worker. `send` puts a message on its channel, which keeps order. */
  connect(send: (message: StoreMessage) => void): StoreConnection {
    return new StoreConnection({
      send,
      clock: this.#clock,
      keys: this.#keyWatchers,
      uids: this.#uidWatchers,
      perform: (call) => this.#perform(call),
    });
  }

  /** Returns the memory of what has expired, a slice at a time. */
  sweep(): void {
    this.#keys.sweep(SWEEP_SLICE);
  }

  /** Ends the sweep. Idempotent. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** Throws `CometError` for a refusal; nothing was done then. */
  #perform(call: EngineCall): EngineResult {
    switch (call.op) {
      case 'append':
        return this.#keys.append(call.key, call.value, call.options);
      case 'remove':
        this.#keys.remove(call.key);
        return null;
      case 'read':
        return this.#keys.read(call.key, call.history);
      case 'push':
        this.#mailboxes.push(call.uid, call.value);
        return null;
      case 'pop':
        return this.#mailboxes.pop(call.uid, call.count, call.parked);
      case 'give-back':
        this.#mailboxes.giveBack(call.uid, call.values);
        return null;
      case 'take':
        return this.#mailboxes.take(call.uid, call.ack, call.parked);
      case 'ping':
        return null;
    }
  }

  #tell(watchers: Iterable<StoreConnection>, message: StoreMessage): void {
    for (const watcher of watchers) watcher.notify(message);
  }
}
