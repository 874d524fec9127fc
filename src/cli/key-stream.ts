import { CATALOGUE } from '../errors.ts';
import type { Client } from './client.ts';
import type { EventBlock } from './event-blocks.ts';
import { EventFeed, type FeedEnd } from './event-feed.ts';

/** An entry as the server tells it. */
export interface ToldEntry {
  readonly key: string;
  readonly value: string;
  readonly cursor: string;
  /** `false`: entries before it may have been missed. */
  readonly recovered?: boolean;
}

export interface KeyStreamOptions {
  readonly client: Client;
  readonly keys: readonly string[];
  /** A cursor for each key, joined by commas; empty for none. */
  readonly after: string;
  readonly silenceSeconds: number;
  readonly entry: (entry: ToldEntry) => void;
  /** Hears why it is not connected, and whether it goes on trying. */
  readonly trouble: (end: FeedEnd) => void;
}

/** Follows keys by event streams, each of which goes on by the cursor of the one before. */
export class KeyStream {
  readonly #options: KeyStreamOptions;
  readonly #feed: EventFeed;
  #cursor: string;

  constructor(options: KeyStreamOptions) {
    const { client, silenceSeconds, trouble } = options;
    this.#options = options;
    this.#cursor = options.after;
    this.#feed = new EventFeed({
      client,
      silenceSeconds,
      trouble,
      path: () => this.#path(),
      take: (block, retryAfter) => this.#take(block, retryAfter),
    });
  }

  /** Ends with the signal, or at an error that will not pass. Gives the exit code. */
  follow(signal: AbortSignal): Promise<number> {
    return this.#feed.follow(signal);
  }

  #path(): string {
    const query = new URLSearchParams(this.#options.keys.map((key): [string, string] => ['key', key]));
    if (this.#cursor !== '') query.set('after', this.#cursor);
    return `/events?${query}`;
  }

  #take({ id, event, data }: EventBlock, retryAfter: number): FeedEnd | null {
    if (event === 'entry') this.#options.entry(JSON.parse(data) as ToldEntry);
    // Only once what it stands for was told.
    if (id !== '') this.#cursor = id;
    if (event !== 'refused') return null;
    const { error, message, status } = JSON.parse(data) as { error: string; message: string; status: number };
    const passes = status === CATALOGUE.TOO_MANY_PUBLISHES.status || status === CATALOGUE.DRAINING.status;
    return { message: `${message} (${status} ${error})`, retryAfter: passes ? retryAfter : null };
  }
}
