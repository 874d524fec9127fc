import type { Clock } from '../clock.ts';
import { LEASE_MS, type MailboxEngine, type Popped, type Taken } from '../engine/engine.ts';
import { CometError } from '../errors.ts';
import type { Meters } from '../metrics/meters.ts';
import type { MailboxPoll } from './mailbox-poll.ts';
import type { MailboxState } from './mailbox-state.ts';
import { Returns } from './returns.ts';

/** Messages asked for at once when several polls wait. */
const BATCH = 16;

export interface MailboxServerEvents {
  /** Takes a poll out; false if it was out already. */
  leave(poll: MailboxPoll): boolean;
  /** A message that another client was given may be had in so many milliseconds. */
  leased(state: MailboxState, forMs: number): void;
}

/** Takes messages out of the engine and hands each to one poll; what finds no poll any more goes back. */
export class MailboxServer {
  readonly #engine: MailboxEngine;
  readonly #meters: Meters;
  readonly #events: MailboxServerEvents;
  readonly #returns: Returns;
  #asking = 0;

  constructor(engine: MailboxEngine, clock: Clock, meters: Meters, events: MailboxServerEvents) {
    this.#engine = engine;
    this.#meters = meters;
    this.#events = events;
    this.#returns = new Returns(engine, clock, meters);
  }

  /** Messages may be on their way from the engine to a poll, or back. */
  get busy(): boolean {
    return this.#asking > 0 || this.#returns.busy;
  }

  advance(): void {
    this.#returns.advance();
  }

  /** No message goes back any more: what is still here is lost, and counted. */
  abandon(): void {
    this.#returns.abandon();
  }

  /** Asks for a poll that has just arrived. If there is nothing for it, it stays as it is. */
  async ask(poll: MailboxPoll, state: MailboxState): Promise<void> {
    if (poll.ack === null) {
      const { values } = await this.#pop(state.uid, 1, false);
      this.#hand(state, values, poll);
      return;
    }
    const { message } = await this.#engine.take(state.uid, poll.ack, false);
    if (message === null) return;
    this.#lend(poll, message);
    this.#events.leased(state, LEASE_MS);
  }

  /**
   * Takes messages while there are parked polls and messages. One at a time a mailbox: returns false at once if that
   * is under way, which then goes round once more.
   */
  async serve(state: MailboxState): Promise<boolean> {
    if (state.looking) {
      state.lookAgain = true;
      return false;
    }
    state.looking = true;
    try {
      do {
        state.lookAgain = false;
        while (await this.#serveFirst(state));
      } while (state.lookAgain);
    } finally {
      state.looking = false;
    }
    return true;
  }

  /** Serves the poll that has waited longest, and those like it; false when there is no more to be had. */
  async #serveFirst(state: MailboxState): Promise<boolean> {
    const [first] = state.parked;
    if (first === undefined) return false;
    if (first.ack === null) {
      const plain = [...state.parked].filter((poll) => poll.ack === null);
      const { values, leasedFor } = await this.#pop(state.uid, Math.min(plain.length, BATCH), true);
      this.#hand(state, values, null);
      if (leasedFor > 0) this.#events.leased(state, leasedFor);
      return values.length > 0;
    }
    const { message, leasedFor } = await this.#take(state, first.ack);
    if (leasedFor > 0) this.#events.leased(state, leasedFor);
    if (message === null) return false;
    // A message that nobody is left for stays in flight: it comes again when its lease is over.
    const takers = [...state.parked].filter((poll) => poll.ack !== null);
    const isLent = takers.some((poll) => this.#lend(poll, message));
    this.#events.leased(state, LEASE_MS);
    return isLent;
  }

  /**
   * A message that was taken for a poll, and whose answer was lost, is asked for again at once: its lease is ours. What
   * the poll has acknowledged is told again, for a Redis that came back older and has that message in flight again.
   */
  async #take(state: MailboxState, ack: string): Promise<Taken> {
    try {
      const taken = await this.#engine.take(state.uid, ack, !state.unsure);
      state.unsure = false;
      return taken;
    } catch (error) {
      if (error instanceof CometError && error.code === 'ENGINE_TIMEOUT') state.unsure = true;
      throw error;
    }
  }

  async #pop(uid: string, count: number, parked: boolean): Promise<Popped> {
    this.#asking++;
    try {
      return await this.#engine.pop(uid, count, parked);
    } finally {
      this.#asking--;
    }
  }

  /** Gives each value to one poll: `arrived` first, then the parked ones. */
  #hand(state: MailboxState, values: readonly string[], arrived: MailboxPoll | null): void {
    const takers = [...state.parked].filter((poll) => poll.ack === null);
    if (arrived !== null) takers.unshift(arrived);
    let used = 0;
    for (const poll of takers) {
      if (used === values.length) break;
      if (!this.#events.leave(poll)) continue;
      const delivery = deliver(poll, values[used] as string, null);
      if (delivery === 'gone') continue;
      used++;
      // Of one that broke off nobody knows how much has reached its client: put back it might come twice, or for ever.
      this.#meters.mailboxMessages.add(delivery === 'broken' ? 'lost' : 'delivered');
    }
    if (used < values.length) void this.#returns.give(state.uid, values.slice(used));
  }

  /** One whose answer broke off is lent all the same: it comes again when its lease is over. */
  #lend(poll: MailboxPoll, message: { readonly id: string; readonly value: string }): boolean {
    if (!this.#events.leave(poll)) return false;
    const delivery = deliver(poll, message.value, message.id);
    if (delivery === 'delivered') this.#meters.mailboxMessages.add('delivered');
    return delivery !== 'gone';
  }
}

/** What became of a message that a poll was given: `gone` when nothing was written, `broken` when its answer threw. */
type Delivery = 'delivered' | 'gone' | 'broken';

/** An answer that throws is a defect of that answer: its poll ends with it, and no other hears of it. */
function deliver(poll: MailboxPoll, value: string, id: string | null): Delivery {
  try {
    return poll.onMessage(value, id) ? 'delivered' : 'gone';
  } catch (thrown) {
    poll.onError(new CometError('INTERNAL', { cause: thrown }));
    return 'broken';
  }
}
