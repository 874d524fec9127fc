import { type IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Route } from '../../metrics/meters.ts';
import type { CometRequest } from '../request/comet-request.ts';

/** A parked poll, as its response sees it. */
export interface Parked {
  /** The client went away before it was answered. */
  leave(): void;
}

/** A body that stays unread: node:http throws a short one away; an endless one ends the connection. */
export type Unread = 'none' | 'short' | 'endless';

/** Shared by all parked requests. */
const NO_FIELDS: string[] = [];
const NO_HEADERS: IncomingHttpHeaders = {};

/** A response that knows what it answers: fields here instead of a closure for each request. */
export class CometResponse extends ServerResponse<CometRequest> {
  route: Route = 'other';
  /** The poll that will answer it; `null` before it parks and once it is settled. */
  poll: Parked | null = null;
  /** Name of the function that a JSONP answer calls. */
  callback: string | null = null;
  /** The client wants to be told before it sends its body. */
  expectsContinue = false;
  /** What of the request's body nobody has read yet. */
  unread: Unread = 'none';
  /** Header fields that let pages of other origins read the answer, names and values in turn. */
  cors = NO_FIELDS;
  /** Address of the client; known where it is logged. */
  client = '';
  /** An answer was written, or nobody is left to take one. */
  settled = false;

  /** Whether its client is known to be gone: what is written now reaches nobody. */
  get gone(): boolean {
    return this.socket === null || !this.socket.writable;
  }

  /** Whether nothing but the answer itself is left to write, on a connection that is kept: then `sendWhole` may do it. */
  get takesWhole(): boolean {
    return (
      this.shouldKeepAlive &&
      !this.expectsContinue &&
      !this.headersSent &&
      this.writableLength === 0 &&
      this.req.method !== 'HEAD'
    );
  }

  /**
   * Writes the whole answer, head and body in one Latin-1 text, to the connection itself, and tells node:http that it is
   * finished once the kernel has it. Only where `takesWhole`, and never twice. See docs/decisions/http-write.md.
   */
  sendWhole(text: string): void {
    const socket = this.socket as Socket;
    socket.write(text, 'latin1');
    if (socket.writableLength === 0) this.emit('finish');
    // The kernel has not taken all of it: what is written now is written once it has.
    else {
      socket.write('', 'latin1', (error) => {
        // A connection that broke ends its response by itself.
        if (error === null || error === undefined) this.emit('finish');
      });
    }
  }

  /** The same the long way: what `takesWhole` is not. `body` as in `Rendered`. */
  send(status: number, head: string[], body: string | Buffer): void {
    this.writeHead(status, head);
    this.end(body, 'latin1');
  }

  /** Parks it: from now on its poll hears when the client goes away. What was sent with the request is forgotten. */
  park(): void {
    this.on('close', leavePoll);
    // Measured: 15 % of what a parked request with few header fields takes, more with those of a browser.
    this.req.rawHeaders = NO_FIELDS;
    this.req.headers = NO_HEADERS;
    this.req.url = '';
    // The parser makes a text of its own for each request.
    this.req.httpVersion = this.req.httpVersion === '1.1' ? '1.1' : '1.0';
  }
}

/** One function for all responses: a parked request owns no closure. */
function leavePoll(this: CometResponse): void {
  const { poll } = this;
  this.poll = null;
  poll?.leave();
}
