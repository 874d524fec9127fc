import type { IncomingMessage } from 'node:http';
import { WebSocketServer } from 'ws';
import { CometError } from '../../errors.ts';
import type { Route } from '../../metrics/meters.ts';
import { Rights } from '../../tokens/rights.ts';
import type { Access } from '../access/access.ts';
import { OwnPages } from '../access/own-page.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { HaltedStreams } from '../endpoints/halted-streams.ts';
import { type ConnectionContext, openConnection } from './connection.ts';
import { EntryFrames } from './entry-frames.ts';
import { UpgradeResponse } from './upgrade-response.ts';

const KEY = /^[+/0-9A-Za-z]{22}==$/;
const SWITCHING_PROTOCOLS = 101;
const BAD_REQUEST = 400;
/** Pieces that one message may come in; what a browser sends comes in one. */
const MAX_FRAGMENTS = 1024;
/**
 * Segments of the network that a message may be kept in until it is whole, and bytes that they have on average, at least,
 * in one that needs more: each costs a hundred bytes besides. The least that a link may cut is 536 bytes.
 */
const [MAX_SEGMENTS, SEGMENT_BYTES] = [1024, 256];
/** The only subprotocol there is. One that a client offers and nobody chooses ends the connection in a browser. */
const PROTOCOL = 'comet';

/** `/ws`: entries of keys that come and go, and publishing, over one connection. */
export class WebSocketEndpoint implements Endpoint {
  readonly route: Route = 'ws';
  readonly methods = ['GET'];
  readonly #access: Access;
  readonly #context: ConnectionContext;
  readonly #pages: OwnPages;
  readonly #isOpenToAll: boolean;
  readonly #server: WebSocketServer;

  constructor(access: Access, context: Omit<ConnectionContext, 'halted' | 'frames'>) {
    const { maxBodyBytes, maxUnsentBytes, corsOrigin } = context.config;
    this.#access = access;
    this.#context = { ...context, halted: new HaltedStreams(maxUnsentBytes), frames: new EntryFrames() };
    this.#pages = new OwnPages(corsOrigin);
    this.#isOpenToAll = corsOrigin.includes('*');
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      maxPayload: maxBodyBytes,
      maxFragments: MAX_FRAGMENTS,
      maxBufferedChunks: Math.max(MAX_SEGMENTS, Math.ceil(maxBodyBytes / SEGMENT_BYTES)),
      // Compression keeps some 300 KB for each connection, and no frame could be shared any more.
      perMessageDeflate: false,
      handleProtocols: (offered) => offered.has(PROTOCOL) && PROTOCOL,
    });
  }

  handle(res: CometResponse): Promise<void> | undefined {
    if (!(res instanceof UpgradeResponse)) {
      this.#context.responder.error(res, new CometError('UPGRADE_REQUIRED'), ['Upgrade', 'websocket']);
      return undefined;
    }
    this.#check(res.req);
    const rights = this.#access.visitor(res.req);
    if (!(rights instanceof Rights)) return rights.then((checked) => this.#upgrade(res, checked));
    this.#upgrade(res, rights);
    return undefined;
  }

  /** A browser asks nobody before it opens a WebSocket to another site, and sends that site's cookies with it. */
  #check(req: IncomingMessage): void {
    const { 'sec-websocket-key': key = '', 'sec-websocket-version': version } = req.headers;
    if (!KEY.test(key) || version !== '13') {
      throw new CometError('REQUEST_MALFORMED', { message: 'The request asks for no WebSocket of version 13.' });
    }
    if (!this.#isOpenToAll && this.#pages.sent(req) === 'foreign') throw new CometError('ORIGIN_NOT_ALLOWED');
  }

  #upgrade(res: UpgradeResponse, rights: Rights): void {
    const { hub, meters, responder } = this.#context;
    if (res.gone) {
      responder.left(res);
      return;
    }
    if (hub.draining) throw new CometError('DRAINING');
    if (hub.isFull) throw new CometError('TOO_MANY_WAITERS');
    const { socket, head } = res.release();
    let status = BAD_REQUEST;
    this.#server.handleUpgrade(res.req, socket, head, (ws) => {
      status = SWITCHING_PROTOCOLS;
      openConnection(this.#context, ws, socket, rights);
    });
    meters.request(this.route, status);
  }
}
