import type { EngineEvents } from '../engine/engine.ts';
import { CATALOGUE, CometError } from '../errors.ts';
import { Backlog } from './backlog.ts';
import { Census } from './census.ts';
import { Feed } from './feed.ts';
import type { KeyState } from './key-state.ts';
import { Keys, type KeysOptions } from './keys.ts';
import { Lasting } from './lasting.ts';
import { Lingering } from './lingering.ts';
import type { ListenerHub } from './listener.ts';
import { MailboxPoll } from './mailbox-poll.ts';
import { Mailboxes, type MailboxesOptions } from './mailboxes.ts';
import { Part } from './part.ts';
import { Reader, type ReaderEvents } from './reader.ts';
import { Waiter, type WaiterOwner } from './waiter.ts';
import { WaitingRoom } from './waiting-room.ts';
import { WakeTallies } from './wake-tallies.ts';
import { Wheel } from './wheel.ts';

export interface HubOptions extends KeysOptions, MailboxesOptions {
  /** Waiting requests, of keys and mailboxes together. */
  readonly maxWaiters: number;
  /** Waiting requests on one key or mailbox. */
  readonly maxWaitersPerKey: number;
  /** Entries of a key that are kept here. */
  readonly historySize: number;
  /** Hears when something is due sooner than `rest` said. */
  readonly hurry?: () => void;
}

/** Between two calls of `advance` while nothing is due: paused work, which is not in the wheel, is that much late. */
const MOST_REST_MS = 500;

/** Reads under way at once after a reconnect. */
const RESYNC_CONCURRENCY = 64;

/**
 * Keys and who waits for them: turns polls and what the engine tells into answers, each poll exactly once.
 * Pure: no sockets, no Redis, a clock passed in. Subscribe first, wait until that is certain, then read.
 */
export class Hub implements WaiterOwner, ReaderEvents, ListenerHub {
  readonly mailboxes: Mailboxes;
  /** Which keys are busiest. */
  readonly census: Census;
  /** Takes what the engine tells. */
  readonly feed: EngineEvents;
  readonly #options: HubOptions;
  readonly #wheel: Wheel;
  readonly #keys: Keys;
  readonly #room: WaitingRoom;
  readonly #tallies: WakeTallies;
  readonly #reader: Reader;
  /** Keys whose copy must be proven again. */
  readonly #unproven: Backlog<KeyState>;
  #draining = false;

  constructor(options: HubOptions) {
    this.#options = options;
    this.#wheel = new Wheel(options.clock.now(), options.hurry);
    const lingering = new Lingering(this.#wheel);
    this.#keys = new Keys(options, lingering);
    this.census = new Census(this.#keys, options.clock);
    this.#tallies = new WakeTallies(options.clock, this.#wheel);
    this.#room = new WaitingRoom(options.clock, options.meters, this.#wheel, this.#tallies);
    this.#reader = new Reader(options.engine, this, options.historySize);
    this.#unproven = new Backlog(options.clock, RESYNC_CONCURRENCY, (state) => this.#prove(state));
    this.mailboxes = new Mailboxes(options, this.#wheel, lingering);
    this.feed = new Feed(this.#keys, this.mailboxes, options.clock, options.historySize, {
      doubt: (state) => this.#unproven.add(state),
      moved: (state, acceptedAt) => this.#settle(state, state.waiters(), 0, acceptedAt),
      reread: (state) => void this.#reader.request(state, state.reads, false),
    });
  }

  /** Milliseconds until `advance` is to be called next, unless `hurry` is: then in `TICK_MS`. */
  rest(): number {
    return this.#wheel.rest(this.#options.clock.now(), MOST_REST_MS);
  }

  /** Nothing parks any more. */
  get draining(): boolean {
    return this.#draining;
  }

  /** Holds as many waiters as it may. */
  get isFull(): boolean {
    return this.#options.meters.waiters >= this.#options.maxWaiters;
  }

  /** Lets time pass: time-outs, lingering subscriptions, paused work. */
  advance(): void {
    this.#wheel.advance(this.#options.clock.now());
    this.#unproven.advance();
    this.mailboxes.advance();
  }

  /**
   * Takes a poll of `key`; it is settled at once or later, exactly once. `timeout` is in milliseconds, 0 never parks.
   * `fresh` asks the engine even where the answer is known here.
   */
  poll(waiter: Waiter, key: string, timeout: number, fresh: boolean): void {
    const state = this.#keys.open(key);
    const refusal = this.#refusal(state);
    if (refusal !== null) {
      this.#keys.release(state);
      waiter.onError(refusal);
      return;
    }
    this.#room.enter(waiter, this, state, this.#draining && !(waiter instanceof Part) ? 0 : timeout);
    waiter.fresh = fresh;
    if (state.known && !fresh) this.#settle(state, [waiter], 0);
    else if (fresh) void this.#reader.request(state, waiter.readsBefore, waiter.all);
    // A one-shot read: it doesn't subscribe, and joins whatever read is under way.
    else if (waiter.after === null || waiter.once) void this.#reader.request(state, waiter.readsBefore - 1, waiter.all);
    // Live, but not proven since: whoever comes first has it read.
    else if (state.phase === 'live') void this.#reader.request(state, state.provenBy - 1, waiter.all);
    else this.#watch(state);
  }

  /** Counts from now on whom a set of this key wakes here; false if that is one count too many. */
  beginTally(name: string, key: string): boolean {
    const state = this.#keys.get(key);
    return this.#tallies.begin(name, key, state?.known === true ? state.copy : null);
  }

  /** Whom the entry woke that a set wrote after `beginTally`: parked waiters. `null` if it isn't known. */
  endTally(name: string, epoch: string, offset: number): Promise<number | null> {
    return this.#tallies.end(name, epoch, offset, (key) => (this.#keys.get(key)?.count ?? 0) === 0);
  }

  /** Has it expire in so many milliseconds. */
  schedule(lasting: Lasting, inMs: number): void {
    this.#wheel.set(lasting, this.#options.clock.now() + inMs);
  }

  /** It is done, and does not expire any more. */
  forget(lasting: Lasting): void {
    this.#wheel.remove(lasting);
  }

  /** From now on nothing parks, and what is parked is answered as a time-out, spread over `overMs` milliseconds. */
  drain(overMs: number): void {
    this.#draining = true;
    this.mailboxes.drain();
    const now = this.#options.clock.now();
    for (const item of this.#wheel.items()) {
      if (item instanceof Lasting) item.drain();
      // The parts of a listener end with it.
      else if (item instanceof Part || !(item instanceof Waiter || item instanceof MailboxPoll)) continue;
      this.#wheel.set(item, now + Math.random() * overMs);
    }
  }

  // What the reader, the wheel and the transport tell.

  onRead(state: KeyState, read: number): void {
    this.#settle(state, state.waiters(), read);
    if (state.count === 0) this.#keys.release(state);
    // It went live while this read was under way, and nobody was there to have it proven.
    else if (state.phase === 'live' && !state.known && state.inFlight === null) this.#unproven.add(state);
    else this.#watch(state);
  }

  onReadFailed(state: KeyState, error: CometError): void {
    for (const waiter of state.waiters()) {
      const patient = !waiter.once && (waiter.parked || waiter.after !== null);
      if (!patient || !CATALOGUE[error.code].retryable) this.#room.refuse(waiter, error);
    }
    if (state.count === 0) this.#keys.release(state);
    else if (state.phase === 'live') this.#unproven.retry(state);
    else this.#watch(state);
  }

  abandon(waiter: Waiter): void {
    const { state } = waiter;
    if (this.#room.leave(waiter) && state !== null) this.#keys.release(state);
  }

  expire(waiter: Waiter): void {
    const { state } = waiter;
    if (state === null) return;
    if (waiter.after === null && !waiter.parked) {
      // Nobody knows yet whether there is anything: that is no time-out. The read under way will tell, or fail.
      if (this.#draining) this.#room.refuse(waiter, new CometError('DRAINING'));
      else if (waiter.once) this.#room.refuse(waiter, new CometError('ENGINE_UNAVAILABLE'));
      else this.#room.stayForRead(waiter);
    } else this.#room.timeOut(waiter, state, state.known && waiter.parked);
    this.#keys.release(state);
  }

  #settle(state: KeyState, waiters: readonly Waiter[], read: number, acceptedAt = 0): void {
    const need = this.#room.settle(state, waiters, read, acceptedAt);
    if (need !== null) void this.#reader.request(state, need.since, need.history);
    this.#keys.release(state);
  }

  #watch(state: KeyState): void {
    const refusal = this.#keys.watch(state);
    if (refusal === null) return;
    for (const waiter of state.waiters()) this.#room.refuse(waiter, refusal);
    this.#keys.release(state);
  }

  /** Proves a live key's copy by a read. Where nobody waits, the next poll has that done. */
  #prove(state: KeyState): Promise<boolean> {
    if (state.phase !== 'live' || state.count === 0) return Promise.resolve(true);
    return this.#reader.request(state, state.known ? state.reads : state.provenBy - 1, false);
  }

  #refusal(state: KeyState): CometError | null {
    if (this.isFull) return new CometError('TOO_MANY_WAITERS');
    return state.count >= this.#options.maxWaitersPerKey ? new CometError('TOO_MANY_WAITERS_ON_KEY') : null;
  }
}
