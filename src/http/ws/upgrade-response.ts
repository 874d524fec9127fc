import type { Socket } from 'node:net';
import { CometResponse } from '../answer/comet-response.ts';
import type { CometRequest } from '../request/comet-request.ts';

/** The answer to a request that node:http has let go of: a refusal ends the connection, else it becomes a WebSocket. */
export class UpgradeResponse extends CometResponse {
  readonly #connection: Socket;
  /** What the client has sent behind its request. */
  readonly #head: Buffer;

  constructor(req: CometRequest, socket: Socket, head: Buffer) {
    super(req);
    this.#connection = socket;
    this.#head = head;
    this.shouldKeepAlive = false;
    this.assignSocket(socket);
    this.once('finish', () => socket.destroySoon());
  }

  /** Takes the connection out of the response, to which nothing can be written any more. */
  release(): { readonly socket: Socket; readonly head: Buffer } {
    this.settled = true;
    this.detachSocket(this.#connection);
    return { socket: this.#connection, head: this.#head };
  }
}
