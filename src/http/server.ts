import { createServer, type Server } from 'node:http';
import { type AddressInfo, Server as NetServer, type Socket } from 'node:net';
import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import type { Engine } from '../engine/engine.ts';
import type { Hub } from '../hub/hub.ts';
import { workerKeepAliveSeconds } from '../keep-alive.ts';
import type { Meters } from '../metrics/meters.ts';
import { ClientAddress } from './access/client-address.ts';
import { checkTryOut } from './access/try-out-gate.ts';
import { CometResponse } from './answer/comet-response.ts';
import { Cors } from './answer/cors.ts';
import { Responder } from './answer/responder.ts';
import type { Siblings } from './endpoints/wake-counter.ts';
import { buildEndpoints } from './endpoints.ts';
import { Malformed } from './malformed.ts';
import { Pipeline } from './pipeline.ts';
import { Readiness } from './readiness.ts';
import type { CometRequest } from './request/comet-request.ts';
import { MAX_HEADER_FIELDS, Router } from './router.ts';
import { UpgradableRequest } from './ws/upgradable-request.ts';
import { Upgrades } from './ws/upgrades.ts';

/** A client must have sent the head of a request within this time, and all of it within the next. Milliseconds. */
const HEAD_MS = 15_000;
const REQUEST_MS = 30_000;
const REQUEST_CHECK_MS = 5_000;
/** Bytes; that of Node 20. Newer ones have four times as much, for each of two directions. */
const HIGH_WATER_MARK = 16_384;
/** Idle time after which the kernel asks whether a client is still there, so that a vanished one frees its waiter. */
const TCP_KEEP_ALIVE_MS = 60_000;
/** The part of the drain over which waiters are answered; the rest is for their connections to close. */
const ANSWERING_SHARE = 0.8;
/** However short the drain is to be, answers that are being written get this long. */
const LEAST_DRAIN_MS = 500;

export interface HttpServerOptions {
  readonly config: Config;
  /** Neither publish key nor sign secret: everything is open, to loopback only. */
  readonly tryOut: boolean;
  readonly hub: Hub;
  readonly engine: Engine;
  readonly siblings: Siblings;
  readonly meters: Meters;
  readonly log: Logger;
}

/** Where to listen: an address, or a bound socket as `child.send` passes it on. */
export type ListenTarget = { readonly host: string; readonly port: number } | { readonly close: () => void };

/** The HTTP side of a worker. */
export class HttpServer {
  readonly #options: HttpServerOptions;
  readonly #server: Server<typeof CometRequest, typeof CometResponse>;
  readonly #responder: Responder;
  readonly #readiness: Readiness;
  readonly #upgrades = new Upgrades();
  #drained: Promise<void> | null = null;

  constructor(options: HttpServerOptions) {
    const { config, engine, meters, log } = options;
    const cors = new Cors(config.corsOrigin, config.tokenCookie !== '', config.adminPort);
    const addresses = new ClientAddress(config.trustedProxies);
    const named = new Set(config.corsOrigin.filter((origin) => origin !== '*'));
    this.#options = options;
    this.#readiness = new Readiness(engine);
    this.#responder = new Responder({ ...config, meters, log, cors, addresses });
    const router = new Router({
      endpoints: buildEndpoints(options, this.#readiness, this.#responder),
      responder: this.#responder,
      cors,
      maxUrlBytes: config.maxUrlBytes,
      gate: options.tryOut ? (res) => checkTryOut(res.req, named) : () => {},
    });
    this.#server = this.#create(router);
  }

  /** The port that it listens on; 0 while it doesn't. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? 0;
  }

  /** Resolves once it listens; rejects with what the system said. `backlog`: see the option of that name. */
  listen(target: ListenTarget, backlog: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      const listening = () => {
        this.#server.off('error', reject);
        this.#server.on('error', (error) => this.#options.log.error({ err: error }, 'listening socket failed'));
        resolve();
      };
      if ('port' in target) this.#server.listen({ ...target, backlog }, listening);
      else this.#server.listen(target, backlog, listening);
    });
  }

  /** `/readyz` says 503 with this reason from now on; everything else goes on. */
  setUnready(reason: string): void {
    this.#readiness.withdraw(reason);
  }

  /**
   * Stops accepting, answers the waiters over most of `drain-seconds`, closes each connection after its next answer,
   * and resolves when none is left; those that still are when the time is over are cut. The hub must be advanced
   * meanwhile. Idempotent.
   */
  drain(): Promise<void> {
    this.#drained ??= this.#drain();
    return this.#drained;
  }

  /** Cuts every connection and resolves once nothing is open. Idempotent. */
  async close(): Promise<void> {
    const closed = this.#stopAccepting();
    this.#cut();
    await closed;
  }

  async #drain(): Promise<void> {
    const { config, hub } = this.#options;
    const drainMs = Math.max(config.drainSeconds * 1000, LEAST_DRAIN_MS);
    this.setUnready('This worker is going away.');
    this.#responder.draining = true;
    const closed = this.#stopAccepting();
    hub.drain(config.drainSeconds * 1000 * ANSWERING_SHARE);
    const cut = setTimeout(() => this.#cut(), drainMs);
    await closed;
    clearTimeout(cut);
  }

  /** Those that became WebSockets are no business of node:http any more. */
  #cut(): void {
    this.#server.closeAllConnections();
    this.#upgrades.cut();
  }

  /**
   * Resolves when the last connection is closed. `http.Server.close` would also cut idle connections, on which a
   * front end may be sending a request in this instant: it would see that fail, and answer 502.
   */
  async #stopAccepting(): Promise<void> {
    await new Promise<void>((resolve) => NetServer.prototype.close.call(this.#server, () => resolve()));
    // Ends node:http's own check for late requests; it says that it was closed already.
    this.#server.close(() => {});
  }

  #create(router: Router): Server<typeof CometRequest, typeof CometResponse> {
    const { config, meters } = this.#options;
    const server = createServer<typeof CometRequest, typeof CometResponse>({
      IncomingMessage: UpgradableRequest,
      ServerResponse: CometResponse,
      maxHeaderSize: config.maxHeaderBytes,
      keepAliveTimeout: workerKeepAliveSeconds(config) * 1000,
      headersTimeout: HEAD_MS,
      requestTimeout: REQUEST_MS,
      connectionsCheckingInterval: REQUEST_CHECK_MS,
      // Streams halt above their bound, and flow again at `drain`, which comes only above this mark.
      highWaterMark: Math.min(HIGH_WATER_MARK, config.maxStreamBytes),
      // The router refuses a missing one itself, with a body that says so.
      requireHostHeader: false,
      keepAlive: true,
      keepAliveInitialDelay: TCP_KEEP_ALIVE_MS,
      noDelay: true,
    });
    server.maxHeadersCount = MAX_HEADER_FIELDS;
    server.maxConnections = config.maxConnections;
    server.on('drop', () => meters.refused.add('connections'));
    const pipeline = new Pipeline();
    const malformed = new Malformed(meters, config.maxUrlBytes);
    const begin = (_: CometRequest, res: CometResponse) => {
      if (res.socket === null) pipeline.defer(res, () => router.handle(res));
      else router.handle(res);
    };
    const disconnected = () => {
      meters.connections--;
    };
    server.on('connection', (socket: Socket) => {
      meters.connections++;
      socket.on('close', disconnected);
    });
    server.on('request', begin);
    server.on('upgrade', (req, socket, head) => this.#upgrades.handle(req, socket, head, (res) => router.handle(res)));
    server.on('checkContinue', (req, res) => {
      res.expectsContinue = true;
      begin(req, res);
    });
    // Any other expectation may be ignored.
    server.on('checkExpectation', begin);
    server.on('connect', (_, socket) => malformed.handle(Object.assign(new Error(), { code: 'CONNECT' }), socket));
    server.on('clientError', (error, socket) => malformed.handle(error, socket));
    return server;
  }
}
