import type { StreamEvents } from '../wire.ts';

/** After a stream that the server refused, which a browser does not open again by itself. Milliseconds. */
const AGAIN_MS = 2000;
/** Without an event for so long a connection is given up: it may look open and be dead. One is due each second. */
const SILENCE_MS = 4000;

export type Listeners = { readonly [N in keyof StreamEvents]: (data: StreamEvents[N]) => void };

/** Follows the server's events, for as long as the page is there. `connection` hears of each change. */
export class Feed {
  readonly #listeners: Listeners;
  readonly #connection: (isOpen: boolean) => void;
  #source: EventSource | null = null;
  #timer = 0;

  constructor(listeners: Listeners, connection: (isOpen: boolean) => void) {
    this.#listeners = listeners;
    this.#connection = connection;
  }

  open(): void {
    this.#source?.close();
    const source = new EventSource('/events');
    this.#source = source;
    source.addEventListener('error', () => {
      this.#connection(false);
      // The browser opens it again, and says what it had last, unless the server refused it.
      if (source.readyState === EventSource.CLOSED) this.#openIn(AGAIN_MS);
      else clearTimeout(this.#timer);
    });
    this.#listen(source, 'opening');
    this.#listen(source, 'tick');
    this.#listen(source, 'keys');
    this.#listen(source, 'incident');
  }

  #listen<N extends keyof StreamEvents>(source: EventSource, name: N): void {
    source.addEventListener(name, ({ data }: MessageEvent<string>) => {
      this.#connection(true);
      this.#openIn(SILENCE_MS);
      // The server is of the same build: what comes under this name has the type.
      this.#listeners[name](JSON.parse(data) as StreamEvents[N]);
    });
  }

  /** Gives up what there is and opens it anew, unless something comes before that. */
  #openIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#connection(false);
      this.open();
    }, ms);
  }
}
