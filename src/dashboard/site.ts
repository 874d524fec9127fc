import type { IncomingMessage } from 'node:http';
import type { Config } from '../config/options.ts';
import type { AdminSite } from '../http/admin.ts';
import { type AdminAnswer, json, refusal } from '../http/admin-answer.ts';
import { type Busiest, first, KEY_ORDERS, MOST_KEYS } from './busiest.ts';
import type { Chronicle } from './chronicle.ts';
import { originOf, Pages } from './pages.ts';
import { eventText, type Streams } from './streams.ts';
import { hostOf, refuseVisitor } from './visitor-gate.ts';
import type { AccessFacts, ServerFacts } from './wire.ts';

export interface SiteOptions {
  readonly config: () => Config;
  readonly server: () => ServerFacts;
  readonly access: () => AccessFacts;
  readonly chronicle: Chronicle;
  readonly busiest: Busiest;
  readonly streams: Streams;
  readonly close: () => void;
}

const USUAL_KEYS = 50;

type Call = (request: IncomingMessage) => AdminAnswer | Promise<AdminAnswer>;

/** The pages of the admin server, and what feeds them. It reads only. */
export class Site implements AdminSite {
  readonly #options: SiteOptions;
  readonly #pages = new Pages();
  readonly #calls: ReadonlyMap<string, Call>;

  constructor(options: SiteOptions) {
    const { server, access, chronicle } = options;
    this.#options = options;
    this.#calls = new Map<string, Call>([
      ['/events', (request) => this.#stream(request)],
      ['/api/keys', (request) => this.#keys(new URLSearchParams((request.url ?? '').split('?')[1]))],
      ['/api/workers', () => json(200, { error_code: 0, workers: chronicle.tick?.workers ?? [] })],
      ['/api/server', () => json(200, { error_code: 0, ...server(), ...access() })],
    ]);
  }

  has(path: string): boolean {
    return this.#calls.has(path) || this.#pages.has(path);
  }

  async answer(path: string, request: IncomingMessage): Promise<AdminAnswer> {
    const refused = refuseVisitor(request, this.#options.config());
    if (refused !== null) return refused;
    const call = this.#calls.get(path);
    if (call !== undefined) return await call(request);
    return (await this.#pages.answer(path, this.#workers(request))) ?? refusal('NOT_FOUND');
  }

  close(): void {
    this.#options.close();
  }

  #stream(request: IncomingMessage): AdminAnswer {
    if (request.method === 'HEAD') return refusal('METHOD_NOT_ALLOWED', undefined, { allow: 'GET' });
    const { streams, chronicle } = this.#options;
    const lastId = request.headers['last-event-id'];
    return streams.open(() => {
      return eventText('opening', chronicle.opening(Array.isArray(lastId) ? undefined : lastId), chronicle.id);
    });
  }

  async #keys(query: URLSearchParams): Promise<AdminAnswer> {
    const limit = query.get('limit') ?? String(USUAL_KEYS);
    if (!/^\d{1,3}$/.test(limit) || Number(limit) < 1 || Number(limit) > MOST_KEYS) {
      return refusal('PARAMETER_INVALID', `limit must be a number from 1 to ${MOST_KEYS}.`);
    }
    const wanted = query.get('sort') ?? 'waiters';
    const order = KEY_ORDERS.find((each) => each === wanted);
    if (order === undefined) return refusal('PARAMETER_INVALID', `sort must be one of ${KEY_ORDERS.join(', ')}.`);
    const found = await this.#options.busiest.measure();
    return json(200, { error_code: 0, ...found, keys: first(found.keys, order, Number(limit)) });
  }

  /** The workers' origins as the try-it page asks them. */
  #workers(request: IncomingMessage): string[] {
    const { host, ports } = this.#options.server();
    return ports.map((port) => originOf(host === '' ? hostOf(request.headers.host) : host, port));
  }
}
