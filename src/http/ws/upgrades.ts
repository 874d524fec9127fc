import { ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { CometResponse } from '../answer/comet-response.ts';
import type { CometRequest } from '../request/comet-request.ts';
import { UpgradeResponse } from './upgrade-response.ts';

/** The connections that node:http has let go of, because they asked to become WebSockets. */
export class Upgrades {
  readonly #sockets = new Set<Socket>();

  /** For the event `upgrade` of a server: has `route` answer, as any other request. */
  handle(req: CometRequest, socket: Duplex, head: Buffer, route: (res: CometResponse) => void): void {
    // The request behind one that waits for its answer would be answered first.
    if (!(socket instanceof Socket) || hasResponse(socket)) {
      socket.destroy();
      return;
    }
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    // Whoever answers hears of the end of a connection by `close`; without a listener an error would end the process.
    socket.on('error', () => socket.destroy());
    route(new UpgradeResponse(req, socket, head));
  }

  /** Cuts every connection. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}

/** `_httpMessage` is how node:http itself finds the response that a connection waits for; a test watches it. */
function hasResponse(socket: Socket & { readonly _httpMessage?: unknown }): boolean {
  return socket._httpMessage instanceof ServerResponse;
}
