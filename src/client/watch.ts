import { Bell } from './bell.ts';
import { isPassing } from './comet-error.ts';
import { Entries, type Entry } from './entries.ts';
import type { Hub, Watcher } from './hub.ts';
import type { Move, Step } from './move.ts';
import { Pause } from './pause.ts';
import { poll } from './poll.ts';
import type { Remote } from './remote.ts';
import type { SourceState } from './source.ts';

/** `connecting`, as in the beginning: entries don't come now, and that is being mended. `live`: they come as they happen. */
export type WatchState = 'connecting' | 'live' | 'closed';

export interface WatchOptions {
  /** Ends the watch. */
  readonly signal?: AbortSignal;
  /** Where to go on: the cursor that the last entry of each key had. Other keys begin with what there is. */
  readonly after?: Readonly<Record<string, string>>;
  /** Every entry, in order. Without it, entries that a newer one has replaced may be left out. */
  readonly all?: boolean;
  /** Gets the entries; there is nothing to iterate over then. */
  readonly onEntry?: (entry: Entry) => void;
  /** Entries of this key may have been missed. The next entry of the key says so too. */
  readonly onMissed?: (key: string) => void;
  /** `error`: why it is not live. After `closed` with an error nothing comes any more. */
  readonly onState?: (state: WatchState, error?: unknown) => void;
}

/** A watch that has begun. Iterate over its entries, once, or give it callbacks. Leaving the loop ends it. */
export interface Watch extends AsyncIterable<Entry> {
  /** Ends it: no callback comes any more but `closed`, and the loop ends. Idempotent. */
  close(): void;
}

/** Heartbeats that a poll of its own lasts. */
const POLL = 2;

/**
 * Follows some keys. A key whose cursor is that of the shared source is in step with it: it moves as the source moves.
 * The others are behind, as all are in the beginning: they are polled until they meet the source. So nothing is lost or
 * doubled whenever the source changes, and what only this watch may not read disturbs no other.
 */
export class KeyWatch implements Watch, Watcher {
  readonly #hub: Hub;
  readonly #remote: Remote;
  readonly #options: WatchOptions;
  readonly #cursors: Map<string, string>;
  readonly #behind: Set<string>;
  readonly #entries: Entries;
  /** Keys that moved without an entry over a gap. */
  readonly #gaps = new Set<string>();
  readonly #bell = new Bell();
  readonly #end = new AbortController();
  #polling = new AbortController();
  /** Whether polls of its own get answers. */
  #isPolled = false;
  #state: WatchState = 'connecting';

  constructor(hub: Hub, remote: Remote, keys: readonly string[], options: WatchOptions) {
    this.#hub = hub;
    this.#remote = remote;
    this.#options = options;
    // What every object inherits under names such as `constructor` is no cursor.
    const after = new Map(Object.entries(options.after ?? {}));
    this.#cursors = new Map(keys.map((key) => [key, after.get(key) ?? '']));
    this.#behind = new Set(keys);
    this.#entries = new Entries(options.all === true);
    hub.watches.add(this);
    options.signal?.addEventListener('abort', () => this.close(), { signal: this.#end.signal });
    if (options.signal?.aborted) this.close();
    void this.#follow();
  }

  close(error?: unknown): void {
    if (this.#end.signal.aborted) return;
    this.#end.abort();
    this.#polling.abort();
    this.#hub.watches.delete(this);
    this.#hub.leave(this);
    this.#entries.end(error);
    this.#bell.ring();
    this.#tell('closed', error);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Entry, void, undefined> {
    try {
      for (let entry = await this.#entries.next(); entry; entry = await this.#entries.next()) yield entry;
    } finally {
      this.close();
    }
  }

  at(key: string): string {
    return this.#cursors.get(key) ?? '';
  }

  move(move: Move): void {
    const { key, from, to } = move;
    if (this.at(key) === from && !this.#entries.isFull) this.#advance(move);
    if (this.at(key) === to) this.#behind.delete(key);
    else this.#behind.add(key);
    this.#weigh();
  }

  state(state: SourceState, error?: unknown): void {
    if (state === 'lost') for (const key of this.#cursors.keys()) this.#behind.add(key);
    this.#weigh(error);
  }

  #weigh(error?: unknown): void {
    if (this.#behind.size > 0) this.#bell.ring();
    else this.#polling.abort();
    const isLive = this.#behind.size > 0 ? this.#isPolled : this.#hub.isUp;
    const isNews = isLive !== (this.#state === 'live') || (!isLive && error !== undefined);
    if (isNews) this.#tell(isLive ? 'live' : 'connecting', error);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#end;
    const pause = new Pause();
    let ms = 0;
    while (!signal.aborted) {
      if (this.#behind.size === 0) {
        await this.#bell.wait();
        ms = 0;
        continue;
      }
      if (this.#entries.isFull) {
        this.#hub.leave(this);
        await this.#entries.room();
      }
      this.#polling = new AbortController();
      try {
        await this.#catchUp(ms);
        this.#isPolled = true;
        this.#weigh();
        ms = POLL * this.#remote.heartbeat;
        pause.reset();
      } catch (error) {
        if (this.#polling.signal.aborted) continue;
        if (!isPassing(error)) {
          this.close(error);
          // Nobody would hear of it: as an unhandled rejection it is seen.
          if (this.#options.onEntry && !this.#options.onState) throw error;
          return;
        }
        this.#isPolled = false;
        this.#weigh(error);
        await pause.after(error, signal);
      }
    }
  }

  /** One poll for the keys that are behind. What has an answer may be followed by the source that all share. */
  async #catchUp(ms: number): Promise<void> {
    const asked = new Map([...this.#behind].map((key) => [key, this.at(key)]));
    const steps = await poll(this.#remote, asked, this.#options.all === true, ms, this.#polling.signal);
    // What the source has moved meanwhile is further than this answer.
    const still = new Set([...asked.keys()].filter((key) => this.at(key) === asked.get(key)));
    for (const step of steps) if (still.has(step.key)) this.#advance(step);
    for (const key of asked.keys()) if (this.at(key) && !this.#end.signal.aborted) this.#hub.join(this, key);
  }

  #advance({ key, to, value, missed }: Step): void {
    if (this.#end.signal.aborted || !to || to === this.at(key)) return;
    this.#cursors.set(key, to);
    if (missed) {
      this.#gaps.add(key);
      this.#call(this.#options.onMissed, key);
    }
    if (value === undefined) return;
    const entry = { key, value, cursor: to, missed: this.#gaps.delete(key) };
    if (this.#options.onEntry) this.#call(this.#options.onEntry, entry);
    else this.#entries.add(entry);
  }

  #tell(state: WatchState, error?: unknown): void {
    if (this.#state === 'closed') return;
    this.#state = state;
    this.#call(this.#options.onState, state, error);
  }

  /** What a callback throws is an unhandled rejection: it must not stop the other watches. */
  #call<T extends unknown[]>(callback: ((...args: T) => void) | undefined, ...args: T): void {
    try {
      callback?.(...args);
    } catch (error) {
      void Promise.reject(error);
    }
  }
}
