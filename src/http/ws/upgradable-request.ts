import { CometRequest } from '../request/comet-request.ts';

const WEB_SOCKET = /^websocket$/i;

/**
 * A request that is told apart by what it wants to become. As soon as a server listens for `upgrade`, node:http takes
 * every request with that header off its connection, those too which offer HTTP/2 in passing, as some clients always do;
 * it asks this property. `false` has it go on as if the header were not there.
 */
export class UpgradableRequest extends CometRequest {
  /** What the parser said. Declared only: it is set while the base class is built. */
  declare offersUpgrade: boolean | null;

  get upgrade(): boolean {
    if (this.offersUpgrade !== true) return false;
    return this.method === 'CONNECT' || (isWebSocketPath(this.url) && WEB_SOCKET.test(this.headers.upgrade ?? ''));
  }

  set upgrade(offered: boolean | null) {
    this.offersUpgrade = offered;
  }
}

function isWebSocketPath(url = ''): boolean {
  return url === '/ws' || url.startsWith('/ws?');
}
