import { Bell } from './bell.ts';

/** A value of a key. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Where the key stands with this entry: give it as `after` to go on from here another time. */
  readonly cursor: string;
  /** Entries of this key, before this one, may have been missed: load what must be complete from elsewhere. */
  readonly missed: boolean;
}

/** Entries that wait for a slow consumer; with `all`, nothing more is read from the server then. */
const MOST_ENTRIES = 256;

/** What has come and was not taken yet. With `all` it fills up; without, a key has only its newest entry in it. */
export class Entries {
  readonly #all: boolean;
  readonly #bell = new Bell();
  /** By key; with `all` under a name of its own each. In the order in which they are taken. */
  readonly #waiting = new Map<unknown, Entry>();
  #isOver = false;
  #error: unknown;

  constructor(all: boolean) {
    this.#all = all;
  }

  get isFull(): boolean {
    return this.#all && this.#waiting.size >= MOST_ENTRIES;
  }

  add(entry: Entry): void {
    const name = this.#all ? {} : entry.key;
    const missed = entry.missed || this.#waiting.get(name)?.missed === true;
    this.#waiting.delete(name);
    this.#waiting.set(name, { ...entry, missed });
    this.#bell.ring();
  }

  /** The next one; none at the end, or the error that ended it. What was not taken is forgotten. */
  async next(): Promise<Entry | undefined> {
    while (!this.#isOver) {
      for (const [name, entry] of this.#waiting) {
        this.#waiting.delete(name);
        this.#bell.ring();
        return entry;
      }
      await this.#bell.wait();
    }
    if (this.#error) throw this.#error;
    return undefined;
  }

  /** Resolves when the consumer has caught up, or the end has come. */
  async room(): Promise<void> {
    while (this.#waiting.size > 0) await this.#bell.wait();
  }

  end(error?: unknown): void {
    this.#isOver = true;
    this.#waiting.clear();
    this.#error = error;
    this.#bell.ring();
  }
}
