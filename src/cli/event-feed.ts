import type { Client } from './client.ts';
import { type EventBlock, eventBlocks } from './event-blocks.ts';
import { EXIT } from './io.ts';
import { Retreat } from './retreat.ts';

/** What ends one connection: why (empty if it was planned), and after how many seconds to come back; `null` for never. */
export interface FeedEnd {
  readonly message: string;
  readonly retryAfter: number | null;
}

export interface EventFeedOptions {
  readonly client: Client;
  /** A server that is silent for so long is away. */
  readonly silenceSeconds: number;
  /** Where to connect to, with what is known by then. */
  readonly path: () => string;
  /** Takes a block; `retryAfter` is what the server asks for, in seconds. What it gives ends the connection. */
  readonly take: (block: EventBlock, retryAfter: number) => FeedEnd | null;
  /** Hears why it is not connected, and whether it goes on trying. */
  readonly trouble: (end: FeedEnd) => void;
}

/** Event streams of a server, one after the other, over everything that breaks them. */
export class EventFeed {
  readonly #options: EventFeedOptions;
  readonly #retreat = new Retreat();
  #told = '';

  constructor(options: EventFeedOptions) {
    this.#options = options;
  }

  /** Ends with the signal, or at an error that will not pass. Gives the exit code. */
  async follow(signal: AbortSignal): Promise<number> {
    while (!signal.aborted) {
      const end = await this.#listen(signal);
      const { message, retryAfter } = end;
      if (signal.aborted) break;
      if (message !== '' && message !== this.#told) this.#options.trouble(end);
      this.#told = message;
      if (retryAfter === null) return EXIT.failed;
      await this.#retreat.wait(retryAfter, signal);
    }
    return EXIT.done;
  }

  async #listen(signal: AbortSignal): Promise<FeedEnd> {
    const { client, path, take, silenceSeconds } = this.#options;
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), silenceSeconds * 1000);
    try {
      const stream = await client.open(path(), AbortSignal.any([signal, silence.signal]));
      if (!stream.ok) return stream;
      let retryAfter = 0;
      for await (const block of eventBlocks(stream.body)) {
        timer.refresh();
        this.#retreat.reset();
        if (block.retry !== '') retryAfter = Number(block.retry) / 1000;
        const end = take(block, retryAfter);
        if (end !== null) return end;
        this.#told = '';
      }
      return { message: '', retryAfter };
    } catch (error) {
      // A connection that broke; what of, the next attempt says. Anything else is a defect.
      if (error instanceof SyntaxError) throw error;
      return { message: 'the connection broke', retryAfter: 0 };
    } finally {
      clearTimeout(timer);
    }
  }
}
