import { isLoopback } from '../access/loopback-name.ts';

const NONE: string[] = [];

const ADMIN_ORIGIN = /^http:\/\/(.+):(\d+)$/;

/** Lets pages of other origins read answers. Header fields come as names and values in turn. */
export class Cors {
  readonly #allowed = new Map<string, string[]>();
  /** For any origin that isn't named. */
  readonly #others: string[];
  readonly #adminPort: string;

  /**
   * `origins` as configured; `*` among them allows any. `cookies`: pages of those that are named may send theirs.
   * `adminPort`: of the admin server's pages.
   */
  constructor(origins: readonly string[], cookies = false, adminPort = 0) {
    this.#adminPort = String(adminPort);
    for (const origin of origins) this.#allowed.set(origin, allow(origin, cookies && origin !== '*'));
    this.#others = this.#allowed.get('*') ?? (origins.length === 0 ? NONE : ['Vary', 'Origin']);
  }

  /** Whether a preflight is answered: there is none where no origin is allowed. */
  preflights(origin: string | undefined, host: string | undefined): boolean {
    return this.#allowed.size > 0 || (origin !== undefined && this.#isAdminPage(origin, host));
  }

  /** For every answer to a request from this origin, or from none, to this host. Shared: not to be changed. */
  fields(origin: string | undefined, host: string | undefined): string[] {
    if (origin === undefined) return this.#others;
    return this.#allowed.get(origin) ?? (this.#isAdminPage(origin, host) ? allow(origin, false) : this.#others);
  }

  /**
   * The try-it page of the admin server may read answers where it and the worker are both reached under a loopback
   * name: through the machine itself, or a tunnel to it. Never through a proxy with a name of its own.
   */
  #isAdminPage(origin: string, host = ''): boolean {
    const [, name = '', port] = ADMIN_ORIGIN.exec(origin) ?? [];
    return port === this.#adminPort && isLoopback(name) && isLoopback(host);
  }
}

/** What a preflight is told besides. Ten minutes is the longest that every browser keeps it. */
export const PREFLIGHT_FIELDS: string[] = [
  'Access-Control-Allow-Methods',
  'GET, POST',
  'Access-Control-Allow-Headers',
  'Authorization, Content-Type, Last-Event-ID',
  'Access-Control-Max-Age',
  '600',
];

/** `Retry-After` is not among the fields that a page of another origin sees by itself. */
function allow(origin: string, cookies: boolean): string[] {
  const fields = ['Vary', 'Origin', 'Access-Control-Allow-Origin', origin];
  if (cookies) fields.push('Access-Control-Allow-Credentials', 'true');
  return [...fields, 'Access-Control-Expose-Headers', 'Retry-After'];
}
