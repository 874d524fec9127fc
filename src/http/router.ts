import { CometError } from '../errors.ts';
import type { CometResponse } from './answer/comet-response.ts';
import type { Cors } from './answer/cors.ts';
import type { Responder } from './answer/responder.ts';
import type { Endpoint } from './endpoints/endpoint.ts';

/** Above this node:http drops fields without a word, and with them what our own checks look for. */
export const MAX_HEADER_FIELDS = 256;

const ABSOLUTE_FORM = /^https?:\/\/[^/?]*/i;

export interface RouterOptions {
  readonly endpoints: Readonly<Record<string, Endpoint>>;
  readonly responder: Responder;
  readonly cors: Cors;
  readonly maxUrlBytes: number;
  /** Throws for a request that may not come in at all. */
  readonly gate: (res: CometResponse) => void;
}

/** Finds the endpoint of a request and sees that it is answered, come what may. */
export class Router {
  readonly #options: RouterOptions;
  readonly #endpoints: ReadonlyMap<string, Endpoint>;

  constructor(options: RouterOptions) {
    this.#options = options;
    this.#endpoints = new Map(Object.entries(options.endpoints));
  }

  handle(res: CometResponse): void {
    const { responder } = this.#options;
    try {
      responder.receive(res);
      this.#route(res)?.catch((error: unknown) => responder.failure(res, error));
    } catch (error) {
      responder.failure(res, error);
    }
  }

  #route(res: CometResponse): Promise<void> | undefined {
    const { responder, cors, gate } = this.#options;
    const { req } = res;
    if (req.rawHeaders.length >= 2 * MAX_HEADER_FIELDS) throw new CometError('HEADERS_TOO_LARGE');
    if (req.httpVersion !== '1.1' && req.httpVersion !== '1.0') throw new CometError('REQUEST_MALFORMED');
    const hosts = countHosts(req.rawHeaders);
    if (hosts > 1 || (hosts === 0 && req.httpVersion === '1.1')) {
      throw new CometError('REQUEST_MALFORMED', { message: 'The request must have one Host header.' });
    }
    gate(res);
    const { path, query } = this.#target(req.url ?? '');
    const endpoint = this.#endpoints.get(path);
    if (endpoint === undefined) throw new CometError('NOT_FOUND');
    res.route = endpoint.route;
    const method = req.method ?? '';
    if (!endpoint.methods.includes(method)) {
      const preflights = cors.preflights(req.headers.origin, req.headers.host);
      if (method === 'OPTIONS' && preflights) {
        responder.preflight(res);
        return undefined;
      }
      const allowed = [...endpoint.methods, ...(preflights ? ['OPTIONS'] : [])];
      const message = `This path takes ${endpoint.methods.join(', ')}.`;
      responder.error(res, new CometError('METHOD_NOT_ALLOWED', { message }), ['Allow', allowed.join(', ')]);
      return undefined;
    }
    if (method !== 'POST' && res.unread !== 'none') {
      throw new CometError('BODY_INVALID', { message: `A ${method} request takes no body; use POST.` });
    }
    return endpoint.handle(res, query);
  }

  /** Both in one character a byte, as they came. */
  #target(url: string): { readonly path: string; readonly query: string } {
    if (url.length > this.#options.maxUrlBytes) throw new CometError('URL_TOO_LONG');
    const local = url.startsWith('/') ? url : url.replace(ABSOLUTE_FORM, '');
    const mark = local.indexOf('?');
    const path = mark < 0 ? local : local.slice(0, mark);
    return { path: path === '' ? '/' : path, query: mark < 0 ? '' : local.slice(mark + 1) };
  }
}

/** node:http keeps the first of several and drops the others without a word: a proxy may have believed another. */
function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] as string;
    if (name.length === 4 && name.toLowerCase() === 'host') count++;
  }
  return count;
}
