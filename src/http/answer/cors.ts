const NONE: string[] = [];

/** Lets pages of other origins read answers. Header fields come as names and values in turn. */
export class Cors {
  readonly #allowed = new Map<string, string[]>();
  /** For any origin that isn't named. */
  readonly #others: string[];

  /** `origins` as configured; `*` among them allows any. `cookies`: pages of those that are named may send theirs. */
  constructor(origins: readonly string[], cookies = false) {
    for (const origin of origins) this.#allowed.set(origin, allow(origin, cookies && origin !== '*'));
    this.#others = this.#allowed.get('*') ?? (origins.length === 0 ? NONE : ['Vary', 'Origin']);
  }

  /** Without allowed origins there is no preflight either. */
  get enabled(): boolean {
    return this.#allowed.size > 0;
  }

  /** For every answer to a request from this origin, or from none. Shared: not to be changed. */
  fields(origin: string | undefined): string[] {
    return (origin === undefined ? undefined : this.#allowed.get(origin)) ?? this.#others;
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
