import { CometError } from '../errors.ts';
import type { KeysOptions } from './keys.ts';
import type { Lingering } from './lingering.ts';
import { type MailboxOwner, MailboxState } from './mailbox-state.ts';
import type { Wheel } from './wheel.ts';

/** The mailboxes that somebody polls, and those that are still subscribed because polls come back. */
export class MailboxStates {
  readonly #options: KeysOptions;
  readonly #wheel: Wheel;
  readonly #lingering: Lingering;
  readonly #owner: MailboxOwner;
  readonly #states = new Map<string, MailboxState>();

  /** `owner` hears when a state's own deadline is over. */
  constructor(options: KeysOptions, wheel: Wheel, lingering: Lingering, owner: MailboxOwner) {
    this.#options = options;
    this.#wheel = wheel;
    this.#lingering = lingering;
    this.#owner = owner;
  }

  all(): IterableIterator<MailboxState> {
    return this.#states.values();
  }

  get(uid: string): MailboxState | undefined {
    return this.#states.get(uid);
  }

  /** The state of a mailbox that a poll comes to. */
  enter(uid: string): MailboxState {
    let state = this.#states.get(uid);
    if (state === undefined) {
      state = new MailboxState(uid, this.#owner);
      this.#states.set(uid, state);
    }
    this.#lingering.remove(state);
    state.count++;
    return state;
  }

  /** A poll has left: the mailbox is let go when it was the last one and none comes for a while. */
  leave(state: MailboxState): void {
    state.count--;
    if (state.count > 0) return;
    const now = this.#options.clock.now();
    if (state.watched) this.#lingering.add(state, now + this.#options.lingerMs);
    else this.#wheel.set(state, now);
  }

  /** Subscribes, unless it is subscribed already; says so if it may not. */
  watch(state: MailboxState): CometError | null {
    if (state.watched) return null;
    const { engine, meters, maxWatchedKeys } = this.#options;
    if (meters.keysWatched >= maxWatchedKeys && !this.#lingering.expireOldest()) return new CometError('TOO_MANY_KEYS');
    state.watched = true;
    meters.keysWatched++;
    engine.mailboxes.watch(state.uid);
    return null;
  }

  forget(state: MailboxState): void {
    this.#lingering.remove(state);
    this.#wheel.remove(state.lease);
    if (state.watched) {
      state.watched = false;
      this.#options.engine.mailboxes.unwatch(state.uid);
      this.#options.meters.keysWatched--;
    }
    this.#states.delete(state.uid);
  }

  /** The message in flight stays where it is for so many milliseconds: nothing to be had by those who wait. */
  leased(state: MailboxState, forMs: number): void {
    if (state.parked.size > 0) this.#wheel.set(state.lease, this.#options.clock.now() + forMs);
  }
}
