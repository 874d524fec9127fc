import type { ServerResponse } from 'node:http';
import { type AdminAnswer, adminHeaders, refusal } from '../http/admin-answer.ts';
import type { StreamEvents } from './wire.ts';

/** Pages that may follow at once. */
const MOST_STREAMS = 32;
/** A page that has so many bytes still to take is cut; it comes back and is told what it missed. */
const MOST_UNSENT_BYTES = 1024 * 1024;
/** Milliseconds after which a page comes back whose connection broke. */
const RETRY_MS = 1000;

/** The pages that follow, as event streams: https://html.spec.whatwg.org/multipage/server-sent-events.html */
export class Streams {
  readonly #responses = new Set<ServerResponse>();
  #isClosed = false;

  /** How many follow. */
  get count(): number {
    return this.#responses.size;
  }

  /** `opening` gives the first event once the stream is open. */
  open(opening: () => string): AdminAnswer {
    if (this.#isClosed) return refusal('DRAINING', 'The server is stopping.');
    if (this.count >= MOST_STREAMS) return refusal('TOO_MANY_WAITERS', 'As many pages as may follow this server.');
    return {
      begin: (response) => {
        this.#responses.add(response);
        response.once('close', () => this.#responses.delete(response));
        response.shouldKeepAlive = false;
        response.writeHead(200, adminHeaders('text/event-stream'));
        response.write(`retry: ${RETRY_MS}\n\n${opening()}`);
      },
    };
  }

  /** Tells every page. */
  send(text: string): void {
    for (const response of this.#responses) {
      if (response.writableLength > MOST_UNSENT_BYTES) response.destroy();
      else response.write(text);
    }
  }

  /** Ends every stream; none is opened any more. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const response of this.#responses) response.end();
  }
}

/** One event. Without an `id` a page that comes back still asks for what followed the one before. */
export function eventText<N extends keyof StreamEvents>(name: N, data: StreamEvents[N], id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
