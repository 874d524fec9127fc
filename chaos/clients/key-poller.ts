import { setTimeout as sleep } from 'node:timers/promises';
import type { Sighting, Trace } from '../history/history.ts';
import { type Moved, sightingsOf } from './entries.ts';
import type { Site, Way } from './site.ts';

export interface KeyPollerOptions {
  readonly site: Site;
  readonly way: Way;
  readonly name: string;
  /** Several make one poll of all of them. */
  readonly keys: readonly string[];
  readonly want: Trace['want'];
  /** For which it lets a poll wait, seconds. */
  readonly timeout: number;
}

interface Several {
  readonly error_code: number;
  readonly cursor: string;
  readonly recovered?: boolean;
  readonly moved?: readonly (Moved & { readonly key: string })[];
}

const RETRY_MS = 50;

/** Follows keys by cursor, from before everything, each poll at the next worker. */
export class KeyPoller {
  readonly #options: KeyPollerOptions;
  readonly #traces: Map<string, Sighting[]>;
  #cursor: string;

  constructor(options: KeyPollerOptions) {
    const { site, name, keys, want } = options;
    this.#options = options;
    this.#traces = new Map(keys.map((key) => [key, site.recorder.follow(name, key, want)]));
    this.#cursor = keys.map(() => '0').join(',');
  }

  /** Resolves when the site is closed. */
  async run(): Promise<void> {
    const { site, way } = this.#options;
    for (let turn = 0; !site.isClosed; turn++) {
      try {
        const answer = await site.get(site.address(way, turn), this.#path(), this.#options.timeout * 1000);
        if (answer.status === 200) this.#take(answer.json<Several & Moved>());
        else await this.#interrupted();
      } catch {
        await this.#interrupted();
      }
    }
  }

  #path(): string {
    const { keys, want, timeout } = this.#options;
    const query = keys.map((key) => `key=${key}`).join('&');
    return `/get?${query}&after=${this.#cursor}&timeout=${timeout}${want === 'every' ? '&all=1' : ''}`;
  }

  #take(answer: Several & Moved): void {
    const at = this.#options.site.recorder.now();
    this.#cursor = answer.cursor;
    const [key = ''] = this.#options.keys;
    // With several keys a time-out says that some key is another, not which one.
    const told = { cursor: '', recovered: answer.recovered ?? true };
    const parts =
      this.#traces.size === 1
        ? [{ ...answer, key }]
        : (answer.moved ?? this.#options.keys.map((each) => ({ ...told, key: each })));
    for (const part of parts) this.#traces.get(part.key)?.push(...sightingsOf(part, at));
  }

  async #interrupted(): Promise<void> {
    const { site } = this.#options;
    if (site.isClosed) return;
    site.recorder.interruptions++;
    await sleep(RETRY_MS);
  }
}
