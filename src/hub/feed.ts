import type { Clock } from '../clock.ts';
import type { EngineEvents, Notice } from '../engine/engine.ts';
import type { KeyState } from './key-state.ts';
import type { Keys } from './keys.ts';
import type { Mailboxes } from './mailboxes.ts';
import { merge } from './merge.ts';

/** What has to be done about a key because of what the engine told. */
export interface FeedEvents {
  /** Its copy must be proven by a read: something may have been missed. */
  doubt(state: KeyState): void;
  /** Its copy was moved on by an entry that the engine accepted at `acceptedAt`, milliseconds; 0 for none. */
  moved(state: KeyState, acceptedAt: number): void;
  /** A notice could not be placed: a read sent from now on tells. */
  reread(state: KeyState): void;
}

/** What the engine tells, put into the copies of keys; mailboxes are told as it is. */
export class Feed implements EngineEvents {
  readonly #keys: Keys;
  readonly #mailboxes: Mailboxes;
  readonly #clock: Clock;
  readonly #historySize: number;
  readonly #events: FeedEvents;

  constructor(keys: Keys, mailboxes: Mailboxes, clock: Clock, historySize: number, events: FeedEvents) {
    this.#keys = keys;
    this.#mailboxes = mailboxes;
    this.#clock = clock;
    this.#historySize = historySize;
    this.#events = events;
  }

  live(keys: readonly string[], uids: readonly string[]): void {
    for (const key of keys) {
      const state = this.#keys.get(key);
      if (state === undefined || state.phase === 'idle') continue;
      state.phase = 'live';
      state.doubt();
      this.#events.doubt(state);
    }
    this.#mailboxes.live(uids);
  }

  lost(keys?: readonly string[], uids?: readonly string[]): void {
    for (const state of keys?.map((key) => this.#keys.get(key)) ?? this.#keys.all()) {
      if (state?.phase !== 'live') continue;
      state.phase = 'watching';
      state.known = false;
    }
    this.#mailboxes.lost(uids);
  }

  notice(key: string, notice: Notice): void {
    const state = this.#keys.get(key);
    if (state === undefined) return;
    if (state.inFlight !== null) {
      state.arrivals ??= [];
      state.arrivals.push(notice);
    }
    if (!state.known) return;
    if (state.copy?.expired(this.#clock.now())) state.copy = null;
    switch (merge(state, notice, this.#historySize)) {
      case 'taken':
        if (notice.type === 'entry') state.sets++;
        this.#events.moved(state, notice.type === 'entry' ? notice.acceptedAt : 0);
        break;
      case 'unclear':
        // Should the read fail while nobody waits, the next poll has it done: the copy is behind.
        state.doubt();
        this.#events.reread(state);
        break;
      case 'known':
        break;
    }
  }

  mailbox(uid: string): void {
    this.#mailboxes.hint(uid);
  }
}
