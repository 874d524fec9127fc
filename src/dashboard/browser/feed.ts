import type { StreamEvents } from '../wire.ts';

/** After a stream that the server refused, which a browser does not open again by itself. Milliseconds. */
const AGAIN_MS = 2000;

export type Listeners = { readonly [N in keyof StreamEvents]: (data: StreamEvents[N]) => void };

/** Follows the server's events, for as long as the page is there. `connection` hears of each change. */
export class Feed {
  readonly #listeners: Listeners;
  readonly #connection: (isOpen: boolean) => void;

  constructor(listeners: Listeners, connection: (isOpen: boolean) => void) {
    this.#listeners = listeners;
    this.#connection = connection;
  }

  open(): void {
    const source = new EventSource('/events');
    source.addEventListener('open', () => this.#connection(true));
    source.addEventListener('error', () => {
      this.#connection(false);
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(() => this.open(), AGAIN_MS);
    });
    this.#listen(source, 'opening');
    this.#listen(source, 'tick');
    this.#listen(source, 'keys');
    this.#listen(source, 'incident');
  }

  #listen<N extends keyof StreamEvents>(source: EventSource, name: N): void {
    // The server is of the same build: what comes under this name has the type.
    source.addEventListener(name, ({ data }: MessageEvent<string>) =>
      this.#listeners[name](JSON.parse(data) as StreamEvents[N]),
    );
  }
}
