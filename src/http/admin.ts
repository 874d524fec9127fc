import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo, isIPv6 } from 'node:net';
import type { Logger } from 'pino';
import type { Health } from '../engine/engine.ts';
import { type AdminAnswer, adminHeaders, json, refusal, type WholeAnswer } from './admin-answer.ts';

/** An exposition in the format that its content type names. */
export interface Exposition {
  readonly text: string;
  readonly contentType: string;
}

export interface AdminServerOptions {
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  readonly log: Pick<Logger, 'error'>;
  /** Asked once for all the scrapes that come while it works. A rejection answers them with 500. */
  readonly metrics: () => Promise<Exposition>;
  readonly health: () => Health;
  readonly site?: AdminSite;
}

/** What the admin server has for people, besides what it has for programs. Like those it takes `GET` and `HEAD` only. */
export interface AdminSite {
  /** Whether there is anything under this path. */
  has(path: string): boolean;
  answer(path: string, request: IncomingMessage): Promise<AdminAnswer>;
  /** The server stops: ends what is open for long. Idempotent. */
  close(): void;
}

/** Longer than the usual scrape intervals, so that a Prometheus keeps its connection. */
const KEEP_ALIVE_MS = 65_000;
/** A client of this server sends a short request at once or is none. */
const REQUEST_MS = 5_000;
const MAX_HEADER_BYTES = 8_192;
const MAX_CONNECTIONS = 128;
/** What `stop` leaves answers that are under way. */
const STOP_MS = 1_000;

/**
 * The HTTP server for operators, in the primary: `/metrics` of the whole machine, `/healthz`, `/readyz`, and a site for
 * people. Nothing here changes anything.
 */
export class AdminServer {
  readonly #options: AdminServerOptions;
  readonly #server: Server;
  #scrape: Promise<Exposition> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(options: AdminServerOptions) {
    this.#options = options;
    this.#server = createServer(
      {
        maxHeaderSize: MAX_HEADER_BYTES,
        headersTimeout: REQUEST_MS,
        requestTimeout: REQUEST_MS,
        keepAliveTimeout: KEEP_ALIVE_MS,
        connectionsCheckingInterval: REQUEST_MS,
      },
      (request, response) => {
        // Behind one that is not answered yet: thousands of them fit into a packet, and nobody who means well sends any.
        if (response.socket === null) request.socket.destroy();
        else void this.#answer(request, response);
      },
    );
    this.#server.maxConnections = MAX_CONNECTIONS;
  }

  /** The port that it listens on; the configured one until it has started. */
  get port(): number {
    return (this.#server.address() as AddressInfo | null)?.port ?? this.#options.port;
  }

  /** Resolves once it listens. Rejects with a line for the operator when it can't. */
  start(): Promise<void> {
    const { host, port } = this.#options;
    return new Promise((resolve, reject) => {
      const fail = (error: NodeJS.ErrnoException) => reject(new Error(explain(error, host, port), { cause: error }));
      this.#server.once('error', fail);
      this.#server.listen({ host, port }, () => {
        this.#server.off('error', fail);
        this.#server.on('error', (error) => this.#options.log.error({ err: error }, 'admin server failed'));
        resolve();
      });
    });
  }

  /** Stops listening and resolves once every connection is closed, within a second. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#options.site?.close();
      const cut = setTimeout(() => this.#server.closeAllConnections(), STOP_MS);
      this.#server.close(() => {
        clearTimeout(cut);
        resolve();
      });
    });
    return this.#stopped;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let answer: AdminAnswer;
    try {
      answer = await this.#route(request);
    } catch (error) {
      this.#options.log.error({ err: error }, 'admin request failed');
      answer = refusal('INTERNAL');
    }
    if ('begin' in answer) {
      answer.begin(response);
      return;
    }
    // A refused request may have a body that nobody reads; an answer during `stop` is the last one.
    if (answer.status === 405 || this.#stopped !== null) response.shouldKeepAlive = false;
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
  }

  async #route(request: IncomingMessage): Promise<AdminAnswer> {
    const { site } = this.#options;
    const path = (request.url ?? '').split('?', 1)[0] ?? '';
    const own = path === '/metrics' || path === '/healthz' || path === '/readyz';
    if (!own && !site?.has(path)) return refusal('NOT_FOUND', NOT_HERE);
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return refusal('METHOD_NOT_ALLOWED', undefined, { allow: 'GET, HEAD' });
    }
    if (!own && site !== undefined) return await site.answer(path, request);
    if (path === '/healthz') return json(200, { error_code: 0 });
    return path === '/readyz' ? this.#readiness() : this.#exposition();
  }

  #readiness(): WholeAnswer {
    const health = this.#options.health();
    return health.ready ? json(200, { error_code: 0 }) : refusal('NO_WORKER', health.reason);
  }

  async #exposition(): Promise<WholeAnswer> {
    this.#scrape ??= this.#options.metrics().finally(() => {
      this.#scrape = null;
    });
    const { text, contentType } = await this.#scrape;
    return { status: 200, headers: adminHeaders(contentType), body: text };
  }
}

/** Whoever asks for a key here took the wrong port. */
const NOT_HERE =
  'The admin server has nothing here; keys and mailboxes are at the ports of the workers, from --port on.';

function explain(error: NodeJS.ErrnoException, host: string, port: number): string {
  const where = `${isIPv6(host) ? `[${host}]` : host}:${port}`;
  switch (error.code) {
    case 'EADDRINUSE':
      return `admin server: ${where} is in use by another program; choose another admin-port`;
    case 'EACCES':
      return `admin server: ${where} needs a permission that this user lacks; choose an admin-port above 1023`;
    case 'EADDRNOTAVAIL':
      return `admin server: ${where} is no address of this machine; choose another admin-host`;
    default:
      return `admin server: cannot listen on ${where}: ${error.message}; see admin-host and admin-port`;
  }
}
