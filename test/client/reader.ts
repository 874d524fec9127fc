import type { Comet, Entry, WatchOptions, WatchState } from 'comet-cluster/client';
import { until } from '../support/until.ts';

/** A watch whose entries are written down as they come. */
export class Reader {
  readonly entries: Entry[] = [];
  readonly missed: string[] = [];
  readonly states: WatchState[] = [];
  /** Why it was not live, each time that was told. */
  readonly errors: unknown[] = [];
  readonly close: () => void;

  constructor(comet: Comet, keys: string | readonly string[], options: WatchOptions = {}) {
    const watch = comet.watch(keys, {
      all: true,
      onEntry: (entry) => this.entries.push(entry),
      onMissed: (key) => this.missed.push(key),
      onState: (state, error) => {
        if (this.states.at(-1) !== state) this.states.push(state);
        if (error !== undefined) this.errors.push(error);
      },
      ...options,
    });
    this.close = () => watch.close();
  }

  /** Values in the order in which they came; of one key, where there are several. */
  values(key?: string): string[] {
    return this.entries.filter((entry) => key === undefined || entry.key === key).map(({ value }) => value);
  }

  /** Waits until entries come as they happen. */
  async live(): Promise<void> {
    await until(() => this.states.at(-1) === 'live', { timeout: 20_000, message: 'the watch to be live' });
  }

  /** Waits for the value and gives all values up to then. */
  async got(value: string, timeout = 15_000): Promise<string[]> {
    await until(() => this.values().includes(value), { timeout, message: `${value} to come` }).catch((cause) => {
      throw new Error(`there are ${this.values().slice(-5)}; ${this.states}; ${this.errors.slice(-3)}`, { cause });
    });
    return this.values();
  }
}
