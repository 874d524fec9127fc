import { CATALOGUE, CometError } from '../errors.ts';
import { Backlog } from './backlog.ts';
import type { KeysOptions } from './keys.ts';
import type { Lingering } from './lingering.ts';
import type { MailboxEnd, MailboxPoll, MailboxPollOwner } from './mailbox-poll.ts';
import { MailboxServer } from './mailbox-server.ts';
import type { MailboxOwner, MailboxState } from './mailbox-state.ts';
import { MailboxStates } from './mailbox-states.ts';
import type { Wheel } from './wheel.ts';

export interface MailboxesOptions extends KeysOptions {
  /** Waiting requests, of keys and mailboxes together. */
  readonly maxWaiters: number;
  /** Waiting requests on one key or mailbox. */
  readonly maxWaitersPerKey: number;
  /** First wait of a parked poll between two looks, milliseconds; each next one is twice as long. */
  readonly mailboxWaitMinMs: number;
  /** A wait that would be longer than this ends the poll, milliseconds. */
  readonly mailboxWaitMaxMs: number;
}

/** Mailboxes looked into at once after a reconnect. */
const RESYNC_CONCURRENCY = 32;

/**
 * The mailboxes that somebody polls: lets polls in, parks them, wakes them by hints, and by the rhythm of looks where
 * hints don't come. Pure, like the hub.
 */
export class Mailboxes implements MailboxPollOwner, MailboxOwner {
  readonly #options: MailboxesOptions;
  readonly #wheel: Wheel;
  readonly #states: MailboxStates;
  readonly #server: MailboxServer;
  readonly #unseen: Backlog<MailboxState>;
  #draining = false;

  constructor(options: MailboxesOptions, wheel: Wheel, lingering: Lingering) {
    this.#options = options;
    this.#wheel = wheel;
    this.#states = new MailboxStates(options, wheel, lingering, this);
    this.#server = new MailboxServer(options.engine.mailboxes, options.clock, options.meters, {
      leave: (poll) => this.#leave(poll),
      leased: (state, forMs) => this.#states.leased(state, forMs),
    });
    this.#unseen = new Backlog(options.clock, RESYNC_CONCURRENCY, (state) => this.#look(state));
  }

  /** Takes a poll of the mailbox of `uid`; it is settled at once or later, exactly once. */
  poll(poll: MailboxPoll, uid: string): void {
    const refusal = this.#refusal(uid);
    if (refusal !== null) {
      poll.onError(refusal);
      return;
    }
    const state = this.#states.enter(uid);
    this.#options.meters.waiters++;
    poll.owner = this;
    poll.mailbox = state;
    poll.endsAt = this.#options.clock.now() + poll.timeout;
    void this.#arrive(poll, state);
  }

  advance(): void {
    this.#unseen.advance();
    this.#server.advance();
  }

  drain(): void {
    this.#draining = true;
  }

  /** Messages may be on their way from the engine to a poll, or back: the engine must not be stopped yet. */
  get busy(): boolean {
    return this.#server.busy;
  }

  /** The engine is about to be stopped: what can't go back is counted as lost. */
  abandonMessages(): void {
    this.#server.abandon();
  }

  live(uids: readonly string[]): void {
    for (const uid of uids) {
      const state = this.#states.get(uid);
      if (state === undefined || !state.watched) continue;
      state.live = true;
      this.#unseen.add(state);
    }
  }

  lost(uids?: readonly string[]): void {
    for (const state of uids?.map((uid) => this.#states.get(uid)) ?? this.#states.all()) {
      if (state !== undefined) state.live = false;
    }
  }

  /** Something may have been put into this mailbox. */
  hint(uid: string): void {
    const state = this.#states.get(uid);
    if (state === undefined) return;
    state.hints++;
    if (state.parked.size > 0) void this.#look(state);
  }

  abandon(poll: MailboxPoll): void {
    this.#leave(poll);
  }

  /** A poll's wait is over: it looks again, or ends. */
  expire(poll: MailboxPoll): void {
    const { clock, mailboxWaitMaxMs } = this.#options;
    const state = poll.mailbox;
    if (state === null) return;
    if (this.#draining) this.#refuse(poll, new CometError('DRAINING'));
    else if (clock.now() >= poll.endsAt) this.#end(poll, 'timeout');
    else {
      poll.wait *= 2;
      poll.last = poll.wait > mailboxWaitMaxMs;
      if (!poll.last) this.#wait(poll);
      void this.#look(state);
    }
  }

  lingered(state: MailboxState): void {
    if (state.count === 0) this.#states.forget(state);
  }

  leaseOver(state: MailboxState): void {
    void this.#look(state);
  }

  async #arrive(poll: MailboxPoll, state: MailboxState): Promise<void> {
    const { hints } = state;
    try {
      await this.#server.ask(poll, state);
      if (poll.owner !== null) this.#park(poll, state, state.hints !== hints);
    } catch (error) {
      this.#refuse(poll, CometError.of(error));
    }
  }

  #park(poll: MailboxPoll, state: MailboxState, hinted: boolean): void {
    const now = this.#options.clock.now();
    if (this.#draining) this.#refuse(poll, new CometError('DRAINING'));
    else if (now >= poll.endsAt) this.#end(poll, 'timeout');
    else {
      const refusal = this.#states.watch(state);
      if (refusal !== null) {
        this.#refuse(poll, refusal);
        return;
      }
      state.parked.add(poll);
      poll.wait = this.#options.mailboxWaitMinMs;
      this.#wait(poll);
      if (hinted && state.live) void this.#look(state);
    }
  }

  /** Serves the parked polls, then ends those whose last look that was. False if the engine failed. */
  async #look(state: MailboxState): Promise<boolean> {
    if (state.parked.size === 0) return true;
    try {
      if (!(await this.#server.serve(state))) return true;
      for (const poll of [...state.parked]) if (poll.last) this.#end(poll, 'stop');
      return true;
    } catch (error) {
      const failure = CometError.of(error);
      for (const poll of [...state.parked]) {
        if (poll.last || !CATALOGUE[failure.code].retryable) this.#refuse(poll, failure);
      }
      // While hints are not certain, the mailbox is looked into when they are again.
      if (state.live && state.parked.size > 0) this.#unseen.retry(state);
      return false;
    }
  }

  #wait(poll: MailboxPoll): void {
    this.#wheel.set(poll, Math.min(this.#options.clock.now() + poll.wait, poll.endsAt));
  }

  #end(poll: MailboxPoll, end: MailboxEnd): void {
    if (this.#leave(poll)) poll.onEnd(end);
  }

  #refuse(poll: MailboxPoll, error: CometError): void {
    if (this.#leave(poll)) poll.onError(error);
  }

  /** Takes a poll out; false if it was out already. */
  #leave(poll: MailboxPoll): boolean {
    const state = poll.mailbox;
    if (poll.owner === null || state === null) return false;
    poll.owner = null;
    poll.mailbox = null;
    state.parked.delete(poll);
    this.#wheel.remove(poll);
    this.#options.meters.waiters--;
    this.#states.leave(state);
    return true;
  }

  #refusal(uid: string): CometError | null {
    const { meters, maxWaiters, maxWaitersPerKey } = this.#options;
    if (this.#draining) return new CometError('DRAINING');
    if (meters.waiters >= maxWaiters) return new CometError('TOO_MANY_WAITERS');
    const count = this.#states.get(uid)?.count ?? 0;
    return count >= maxWaitersPerKey ? new CometError('TOO_MANY_WAITERS_ON_KEY') : null;
  }
}
