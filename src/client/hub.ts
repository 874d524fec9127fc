import type { Move } from './move.ts';
import type { Audience, Source, SourceState } from './source.ts';

/** One watch, as the hub sees it. */
export interface Watcher extends Audience {
  /** Where it stands; empty when it knows nothing of the key. */
  at(key: string): string;
}

/** Brings together the watches of one page, or program, and the one source that they share. */
export class Hub implements Audience {
  readonly #watchers = new Map<string, Set<Watcher>>();
  readonly #source: Source;
  #state: SourceState = 'down';

  constructor(open: (audience: Audience) => Source) {
    this.#source = open(this);
  }

  get isUp(): boolean {
    return this.#state === 'up';
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
    if (state === 'up' && this.isUp) return;
    this.#state = state;
    const all = new Set<Watcher>();
    for (const [key, watchers] of this.#watchers) {
      for (const watcher of watchers) {
        if (state === 'new') this.#source.follow(key, watcher.at(key));
        all.add(watcher);
      }
    }
    for (const watcher of all) watcher.state(state, error);
  }

  close(): void {
    this.#source.close();
  }
}
