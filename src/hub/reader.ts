import type { Engine, Notice } from '../engine/engine.ts';
import { CometError } from '../errors.ts';
import { Copy } from './copy.ts';
import type { KeyState } from './key-state.ts';
import { type Holder, merge } from './merge.ts';

export interface ReaderEvents {
  /** Read number `read` was merged into `state.copy`. */
  onRead(state: KeyState, read: number): void;
  onReadFailed(state: KeyState, error: CometError): void;
}

/**
 * Reads of the engine, coalesced by key, and merged with the notices that came while they were under way.
 *
 * The rule: a read shows the log at some moment after it was sent, so it outranks every notice that had come before.
 * Against a notice that came after, offsets decide within one epoch; across epochs nothing does, and it is read again.
 */
export class Reader {
  readonly #engine: Engine;
  readonly #events: ReaderEvents;
  readonly #historySize: number;

  constructor(engine: Engine, events: ReaderEvents, historySize: number) {
    this.#engine = engine;
    this.#events = events;
    this.#historySize = historySize;
  }

  /**
   * Makes sure that a read with a number above `since` will be merged (or fail), with the history if asked for.
   * Resolves with false if the read that is under way then fails.
   */
  request(state: KeyState, since: number, history: boolean): Promise<boolean> {
    if (state.inFlight === null) return this.#send(state, history);
    if (state.reads <= since || (history && !state.withHistory)) {
      state.again = true;
      state.againHistory ||= history;
    }
    return state.inFlight;
  }

  #send(state: KeyState, history: boolean): Promise<boolean> {
    state.reads++;
    state.again = false;
    state.againHistory = false;
    state.withHistory = history;
    state.arrivals = null;
    state.inFlight = this.#read(state, state.reads, history);
    return state.inFlight;
  }

  async #read(state: KeyState, read: number, history: boolean): Promise<boolean> {
    let copy: Copy | null;
    try {
      const log = await this.#engine.read(state.name, history);
      copy = log === null ? null : Copy.of(state.name, log);
    } catch (error) {
      state.inFlight = null;
      state.again = false;
      state.arrivals = null;
      this.#events.onReadFailed(state, CometError.of(error));
      return false;
    }
    state.inFlight = null;
    // The history was asked for: there is no more than this, whatever `first` says.
    if (copy !== null && history) copy.first = Math.max(copy.first, copy.start);
    // Outside: what goes wrong from here on is no failure of the read.
    this.#merge(state, read, copy);
    return true;
  }

  #merge(state: KeyState, read: number, base: Copy | null): void {
    const arrivals = state.arrivals ?? [];
    state.arrivals = null;
    const holder = { name: state.name, wantsHistory: state.wantsHistory, copy: base };
    if (arrivals.every((notice) => this.#replay(holder, notice))) {
      state.copy = holder.copy;
      if (state.phase === 'live' && read >= state.provenBy) state.known = true;
      if (state.again) void this.#send(state, state.againHistory);
    } else {
      const isNewer = outranks(state, holder.copy);
      state.doubt();
      void this.#send(state, state.withHistory || state.againHistory);
      // Up to the notice that can't be placed it is a true state, and whoever waits for it does not wait on.
      if (!isNewer) return;
      state.copy = holder.copy;
    }
    this.#events.onRead(state, read);
  }

  /** False for a notice that can't be placed. An entry of a key that had nothing may be older than that. */
  #replay(holder: Holder, notice: Notice): boolean {
    if (holder.copy === null && notice.type === 'entry') return false;
    return merge(holder, notice, this.#historySize) !== 'unclear';
  }
}

/** Whether a copy that was just read may stand in for one that notices have moved on meanwhile. */
function outranks(state: KeyState, read: Copy | null): boolean {
  const { copy, known } = state;
  if (!known || copy === null) return read !== null;
  return read !== null && (read.epoch !== copy.epoch || read.offset >= copy.offset);
}
