import type { Engine, Notice } from '../engine/engine.ts';
import { CometError } from '../errors.ts';
import { Copy } from './copy.ts';
import type { KeyState } from './key-state.ts';

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
    try {
      const log = await this.#engine.read(state.name, history);
      state.inFlight = null;
      const copy = log === null ? null : Copy.of(state.name, log);
      // The history was asked for: there is no more than this, whatever `first` says.
      if (copy !== null && history) copy.first = Math.max(copy.first, copy.start);
      this.#merge(state, read, copy);
      return true;
    } catch (error) {
      state.inFlight = null;
      state.again = false;
      state.arrivals = null;
      this.#events.onReadFailed(
        state,
        error instanceof CometError ? error : new CometError('INTERNAL', { cause: error }),
      );
      return false;
    }
  }

  #merge(state: KeyState, read: number, base: Copy | null): void {
    const arrivals = state.arrivals;
    state.arrivals = null;
    const merged = this.#replay(base, arrivals ?? []);
    if (merged === 'unclear') {
      void this.#send(state, state.withHistory || state.againHistory);
      return;
    }
    state.copy = merged;
    if (state.phase === 'live' && read >= state.provenBy) state.known = true;
    if (state.again) void this.#send(state, state.againHistory);
    this.#events.onRead(state, read);
  }

  #replay(base: Copy | null, arrivals: readonly Notice[]): Copy | null | 'unclear' {
    let copy = base;
    for (const notice of arrivals) {
      if (notice.type === 'gone') {
        if (copy === null) continue;
        if (copy.epoch !== notice.epoch) return 'unclear';
        if (notice.offset >= copy.offset) copy = null;
      } else if (copy === null || copy.absorb(notice, this.#historySize) === 'unclear') {
        return 'unclear';
      }
    }
    return copy;
  }
}
