import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { CATALOGUE, CometError } from '../errors.ts';
import type { Meters } from '../metrics/meters.ts';
import { answerAndClose } from './answer/closing.ts';
import { CometResponse } from './answer/comet-response.ts';
import { renderError } from './answer/error-answer.ts';
import { refusalReason } from './answer/refusal-reason.ts';

/** What node:http tells of a connection that it gave up on. */
interface ClientError extends Error {
  readonly code?: string;
  /** The bytes at fault, where the parser found them. */
  readonly rawPacket?: Buffer;
}

/** A request line, or as much of it as came in one piece. */
const REQUEST_LINE = /^[A-Z]+ ([^ \r\n]*)/;

/** Answers what is no HTTP or too much of it, where somebody may still read an answer, and closes the connection. */
export class Malformed {
  readonly #meters: Meters;
  readonly #maxUrlBytes: number;

  constructor(meters: Meters, maxUrlBytes: number) {
    this.#meters = meters;
    this.#maxUrlBytes = maxUrlBytes;
  }

  handle(error: ClientError, socket: Duplex): void {
    // What comes behind "Connection: close" is nothing (RFC 9112, 9.6), and its answer ends the connection.
    if (error.code === 'HPE_CLOSED_CONNECTION') return;
    const owed = owedBy(socket);
    if (owed !== null && error.code?.startsWith('HPE_') === true) {
      owed.shouldKeepAlive = false;
      return;
    }
    const refusal = isAnswerable(error, socket) ? explain(error, this.#maxUrlBytes) : null;
    if (refusal === null) {
      socket.destroy();
      return;
    }
    const { status } = CATALOGUE[refusal.code];
    this.#meters.request('other', status);
    const reason = refusalReason(refusal.code);
    if (reason !== null) this.#meters.refused.add(reason);
    const { rendered } = renderError(refusal, null);
    answerAndClose(socket, status, rendered.head, rendered.text);
  }
}

/**
 * The answer to a request before that came whole and is being worked on: it still goes out, as the last one. A parked poll
 * ends instead.
 */
function owedBy(socket: Duplex): CometResponse | null {
  const response = responseOf(socket);
  return response?.req.complete && !response.settled && response.poll === null ? response : null;
}

/**
 * `_httpMessage` is how node:http itself finds the response that a connection waits for; it isn't documented, so a test
 * watches it.
 */
function responseOf(socket: Duplex): CometResponse | null {
  const { _httpMessage: response } = socket as Duplex & { readonly _httpMessage?: unknown };
  return response instanceof CometResponse ? response : null;
}

/**
 * Not when the connection broke or nothing came over it (browsers open some in advance), nor when an earlier request on
 * it waits for its answer, which this one would be taken for.
 */
function isAnswerable(error: ClientError, socket: Duplex): boolean {
  if (!socket.writable || error.code === undefined || error.code === 'ECONNRESET' || error.code === 'EPIPE')
    return false;
  if (socket instanceof Socket && socket.bytesRead === 0) return false;
  const response = responseOf(socket);
  return response === null || (!response.req.complete && !response.settled);
}

function explain(error: ClientError, maxUrlBytes: number): CometError {
  switch (error.code) {
    case 'HPE_HEADER_OVERFLOW': {
      const url = REQUEST_LINE.exec(error.rawPacket?.toString('latin1') ?? '')?.[1] ?? '';
      return new CometError(url.length > maxUrlBytes ? 'URL_TOO_LONG' : 'HEADERS_TOO_LARGE');
    }
    case 'HPE_INVALID_URL':
      return new CometError('REQUEST_MALFORMED', {
        message: 'The URL holds bytes that are not allowed in one; percent-encode them.',
      });
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return new CometError('BODY_TOO_LARGE');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new CometError('REQUEST_MALFORMED', { message: 'The request did not arrive in time.' });
    default:
      return new CometError('REQUEST_MALFORMED');
  }
}
