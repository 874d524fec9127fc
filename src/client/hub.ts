import type { Move } from './move.ts';
import type { Audience, Source, SourceState } from './source.ts';

/** One watch, as the hub sees it. */
export interface Watcher extends Audience {
  /** Where it stands; empty when it knows nothing of the key. */
  at(key: string): string;
  close(): void;
}

/** Brings together the watches of one page, or program, and the one source that they share. */
export class Hub implements Audience {
  /** All that have begun and not ended, whether they have joined or not. */
  readonly watches = new Set<Watcher>();
  /** Those that have joined, by key. */
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #source: Source;
  #isUp = false;

  constructor(open: (audience: Audience) => Source) {
    this.#source = open(this);
  }

  get isUp(): boolean {
    return this.#isUp;
  }

  /** The watcher is told of every move of the key, beginning with one that says where the source stands. */
  join(watcher: Watcher, key: string): void {
    this.#watchers.set(key, (this.#watchers.get(key) ?? new Set()).add(watcher));
    this.#source.follow(key, watcher.at(key));
  }

  leave(watcher: Watcher): void {
    for (const [key, watchers] of this.#watchers) {
      if (!watchers.delete(watcher) || watchers.size > 0) continue;
      this.#watchers.delete(key);
      this.#source.follow(key);
    }
  }

  move(move: Move): void {
    for (const watcher of this.#watchers.get(move.key) ?? []) watcher.move(move);
  }

  state(state: SourceState, error?: unknown): void {
    const isUp = state === 'up';
    if (isUp && this.#isUp) return;
    this.#isUp = isUp;
    for (const watch of this.watches) watch.state(state, error);
    if (state !== 'lost') return;
    // A new source may know at once where it stands. It has to know in any case what is wanted here.
    for (const [key, watchers] of this.#watchers) {
      for (const watcher of watchers) this.#source.follow(key, watcher.at(key));
    }
  }

  /** Ends all watches too. */
  close(): void {
    for (const watch of this.watches) watch.close();
    this.#source.close();
  }
}
