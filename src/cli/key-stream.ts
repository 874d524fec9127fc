import { CATALOGUE } from '../errors.ts';
import type { Client } from './client.ts';
import { type EventBlock, eventBlocks } from './event-blocks.ts';
import { EXIT } from './io.ts';
import { Retreat } from './retreat.ts';

/** An entry as the server tells it. */
export interface ToldEntry {
  readonly key: string;
  readonly value: string;
  readonly cursor: string;
  /** `false`: entries before it may have been missed. */
  readonly recovered?: boolean;
}

export interface KeyStreamEvents {
  entry(entry: ToldEntry): void;
  /** Why it is not connected; it goes on trying. */
  trouble(message: string): void;
}

/** What ended one connection: why, unless it was planned, and after how many seconds to come back; `null` for never. */
interface End {
  readonly message: string;
  readonly retryAfter: number | null;
}

/** Follows keys by event streams, one after the other: each goes on by the cursor of the one before. */
export class KeyStream {
  readonly #client: Client;
  readonly #keys: readonly string[];
  readonly #silenceMs: number;
  readonly #events: KeyStreamEvents;
  readonly #retreat = new Retreat();
  #cursor: string;
  #told = '';

  /** `after` is a cursor for each key, joined by commas. `silenceSeconds`: a server that is silent for so long is away. */
  constructor(client: Client, keys: readonly string[], after: string, silenceSeconds: number, events: KeyStreamEvents) {
    this.#client = client;
    this.#keys = keys;
    this.#cursor = after;
    this.#silenceMs = silenceSeconds * 1000;
    this.#events = events;
  }

  /** Ends with the signal, or at an error that will not pass. Gives the exit code. */
  async follow(signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const { message, retryAfter } = await this.#listen(signal);
      if (signal.aborted) break;
      if (message !== '' && message !== this.#told) this.#events.trouble(message);
      this.#told = message;
      if (retryAfter === null) return EXIT.failed;
      await this.#retreat.wait(retryAfter, signal);
    }
    return EXIT.done;
  }

  async #listen(signal: AbortSignal): Promise<End> {
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), this.#silenceMs);
    try {
      const query = new URLSearchParams(this.#keys.map((key): [string, string] => ['key', key]));
      if (this.#cursor !== '') query.set('after', this.#cursor);
      const stream = await this.#client.open(`/events?${query}`, AbortSignal.any([signal, silence.signal]));
      if (!stream.ok) return stream;
      let retryAfter = 0;
      for await (const block of eventBlocks(stream.body)) {
        timer.refresh();
        this.#retreat.reset();
        if (block.retry !== '') retryAfter = Number(block.retry) / 1000;
        const end = this.#take(block, retryAfter);
        if (end !== null) return end;
      }
      return { message: '', retryAfter };
    } catch {
      // The connection broke: what of, the next attempt says.
      return { message: 'the connection broke; coming back', retryAfter: 0 };
    } finally {
      clearTimeout(timer);
    }
  }

  #take({ id, event, data }: EventBlock, retryAfter: number): End | null {
    if (event === 'entry') this.#events.entry(JSON.parse(data) as ToldEntry);
    // Only once what it stands for was told.
    if (id !== '') this.#cursor = id;
    if (event !== 'refused') return null;
    const { error, message, status } = JSON.parse(data) as { error: string; message: string; status: number };
    const passes = status === 429 || status === CATALOGUE.ENGINE_UNAVAILABLE.status;
    return { message: `${message} (${status} ${error})`, retryAfter: passes ? retryAfter : null };
  }
}
