import type { Clock } from '../clock.ts';
import type { Engine } from '../engine/engine.ts';
import { CometError } from '../errors.ts';
import type { Meters } from '../metrics/meters.ts';
import { type KeyOwner, KeyState } from './key-state.ts';
import type { Lingering } from './lingering.ts';

export interface KeysOptions {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly meters: Meters;
  /** Keys and mailboxes subscribed to. */
  readonly maxWatchedKeys: number;
  /** Milliseconds that a subscription outlives its last waiter. */
  readonly lingerMs: number;
}

/** The keys that somebody waits for, and those that are still subscribed because long polls come back. */
export class Keys implements KeyOwner {
  readonly #options: KeysOptions;
  readonly #lingering: Lingering;
  readonly #states = new Map<string, KeyState>();

  constructor(options: KeysOptions, lingering: Lingering) {
    this.#options = options;
    this.#lingering = lingering;
  }

  all(): IterableIterator<KeyState> {
    return this.#states.values();
  }

  get(name: string): KeyState | undefined {
    return this.#states.get(name);
  }

  /** The state of a key that a poll comes to; `release` tells when it may be forgotten again. */
  open(name: string): KeyState {
    let state = this.#states.get(name);
    if (state === undefined) {
      state = new KeyState(name, this);
      this.#states.set(name, state);
    }
    this.#lingering.remove(state);
    return state;
  }

  /** Subscribes, unless it is subscribed already; says so if it may not. */
  watch(state: KeyState): CometError | null {
    if (state.phase !== 'idle') return null;
    const { engine, meters, maxWatchedKeys } = this.#options;
    if (meters.keysWatched >= maxWatchedKeys && !this.#lingering.expireOldest()) return new CometError('TOO_MANY_KEYS');
    meters.keysWatched++;
    state.phase = 'watching';
    engine.watch(state.name);
    return null;
  }

  /** Nobody may be waiting any more: forgets the key, at once or after lingering. */
  release(state: KeyState): void {
    if (state.count > 0) return;
    if (state.phase !== 'idle') this.#lingering.add(state, this.#options.clock.now() + this.#options.lingerMs);
    else if (state.inFlight === null) this.#states.delete(state.name);
  }

  lingered(state: KeyState): void {
    if (state.count > 0) return;
    this.#lingering.remove(state);
    this.#options.engine.unwatch(state.name);
    this.#options.meters.keysWatched--;
    state.phase = 'idle';
    state.known = false;
    this.release(state);
  }
}
