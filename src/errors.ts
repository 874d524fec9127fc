/**
 * The error catalogue: every refusal that a client or an operator can meet, with its stable number and HTTP status.
 * `docs/errors.md` is held equal to this table by a test. Numbers are an interface: never reuse or change one.
 */

export interface CatalogueEntry {
  /** `error_code` of the JSON answer. 0 means done and 1 timed out, so these start at 10. */
  readonly number: number;
  /** HTTP status; under JSONP it travels in the body. */
  readonly status: number;
  /** Whether the same request may succeed later without being changed. Those carry `Retry-After`. */
  readonly retryable: boolean;
  /** What went wrong and what to do, in one sentence; a thrown error may say it more precisely. */
  readonly message: string;
}

export const CATALOGUE = {
  PARAMETER_MISSING: row(10, 400, false, 'A required parameter is missing or empty.'),
  PARAMETER_INVALID: row(11, 400, false, 'A parameter has a value that is not allowed.'),
  PARAMETER_REPEATED: row(12, 400, false, 'A parameter was given more than once.'),
  BODY_INVALID: row(13, 400, false, 'The body could not be read as its content type says.'),
  REQUEST_MALFORMED: row(14, 400, false, 'The request is not valid HTTP.'),
  UNAUTHORIZED: row(20, 401, false, 'Publishing needs "Authorization: Bearer <publish key>", or a token for it.'),
  TOKEN_INVALID: row(21, 401, false, 'The token is not valid.'),
  TOKEN_EXPIRED: row(22, 401, false, 'The token has expired; get a new one.'),
  HOST_FORBIDDEN: row(
    30,
    403,
    false,
    'Try-out mode answers loopback host names only; configure publish-key and sign-secret.',
  ),
  ORIGIN_FORBIDDEN: row(
    31,
    403,
    false,
    'Try-out mode refuses pages of other sites; configure publish-key and sign-secret.',
  ),
  PROXY_FORBIDDEN: row(32, 403, false, 'Try-out mode refuses proxied requests; configure publish-key and sign-secret.'),
  COOKIE_FORBIDDEN: row(
    33,
    403,
    false,
    'A token in a cookie counts only for pages of this host and of the origins named in cors-origin, and not for JSONP.',
  ),
  KEY_FORBIDDEN: row(34, 403, false, 'The token does not allow this for this key or mailbox.'),
  ORIGIN_NOT_ALLOWED: row(
    35,
    403,
    false,
    'Pages of this origin may not open a WebSocket here; name it in cors-origin.',
  ),
  NOT_FOUND: row(40, 404, false, 'There is nothing here.'),
  METHOD_NOT_ALLOWED: row(50, 405, false, 'This path does not take this method; see the Allow header.'),
  ID_CONFLICT: row(60, 409, false, 'This id was used before with another value; nothing was written.'),
  REDIS_WRONG_TYPE: row(61, 409, false, 'Redis holds something else under this name; it was left alone.'),
  BODY_TOO_LARGE: row(70, 413, false, 'The body is larger than this server takes.'),
  URL_TOO_LONG: row(71, 414, false, 'The URL is longer than this server takes; send the parameters in a POST body.'),
  CONTENT_TYPE_UNSUPPORTED: row(
    72,
    415,
    false,
    'A body must be application/x-www-form-urlencoded or application/json, in UTF-8.',
  ),
  UPGRADE_REQUIRED: row(73, 426, false, 'This path answers WebSockets alone: the request must ask for an upgrade.'),
  TOO_MANY_PUBLISHES: row(80, 429, true, 'Too many publishes are under way; try again.'),
  TOO_MANY_CONNECTIONS: row(81, 429, true, 'This address has too many requests open at once (said by nginx).'),
  HEADERS_TOO_LARGE: row(90, 431, false, 'The request headers are larger than this server takes.'),
  TOO_MANY_WAITERS: row(100, 503, true, 'This worker holds as many waiting requests as it may.'),
  TOO_MANY_WAITERS_ON_KEY: row(101, 503, true, 'This key or mailbox has as many waiting requests as it may.'),
  TOO_MANY_KEYS: row(102, 503, true, 'This worker watches as many keys and mailboxes as it may.'),
  DRAINING: row(103, 503, true, 'This worker is going away; ask again and another one answers.'),
  NO_WORKER: row(
    104,
    503,
    true,
    'No worker answered (said by nginx); it may have been done. Retry a /set with the same id and it is written once.',
  ),
  MAILBOX_FULL: row(105, 503, true, 'This mailbox holds as many messages as it may; nothing was written.'),
  ENGINE_UNAVAILABLE: row(110, 503, true, 'The engine is out of reach; nothing was done.'),
  ENGINE_TIMEOUT: row(
    111,
    503,
    true,
    'The engine did not answer in time; it may have been done. Retry a /set with the same id and it is written once.',
  ),
  ENGINE_BUSY: row(112, 503, true, 'The engine has too much under way; nothing was done.'),
  ENGINE_FULL: row(113, 503, true, 'The embedded engine holds as many bytes as it may; nothing was written.'),
  REDIS_LOADING: row(120, 503, true, 'Redis is loading its data.'),
  REDIS_READONLY: row(121, 503, true, 'This Redis is a read-only replica.'),
  REDIS_OUT_OF_MEMORY: row(122, 503, true, 'Redis is out of memory and evicts nothing; nothing was written.'),
  REDIS_MISCONF: row(123, 503, true, 'Redis refuses writes because it cannot save to disk.'),
  REDIS_AUTH: row(124, 503, true, 'Redis refuses our user, password or permissions.'),
  REDIS_CLUSTER_DOWN: row(125, 503, true, 'The Redis Cluster does not serve this key now.'),
  REDIS_NO_SCRIPT: row(126, 503, true, 'Redis keeps losing its script cache.'),
  REDIS_ERROR: row(127, 503, true, 'Redis refused the command; see the log of the server.'),
  REDIS_NOT_REPLICATED: row(
    128,
    503,
    true,
    'It was written, but too few replicas have it for certain. Retry a /set with the same id and it is written once.',
  ),
  INTERNAL: row(500, 500, false, 'A defect of the server; it was logged.'),
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof CATALOGUE;

export const ERROR_CODES = Object.keys(CATALOGUE) as readonly ErrorCode[];

export interface CometErrorOptions {
  /** Replaces the catalogue's sentence; must not hold a secret. */
  readonly message?: string;
  /** The request parameter at fault. */
  readonly parameter?: string;
  readonly cause?: unknown;
}

/** The only error that crosses a layer on purpose; everything else is a defect. */
export class CometError extends Error {
  readonly code: ErrorCode;
  readonly parameter: string | undefined;

  constructor(code: ErrorCode, options: CometErrorOptions = {}) {
    super(options.message ?? CATALOGUE[code].message, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'CometError';
    this.code = code;
    this.parameter = options.parameter;
  }

  /** Whatever was thrown: a `CometError` as it is, everything else as the cause of `INTERNAL`. */
  static of(thrown: unknown): CometError {
    return thrown instanceof CometError ? thrown : new CometError('INTERNAL', { cause: thrown });
  }
}

function row(number: number, status: number, retryable: boolean, message: string): CatalogueEntry {
  return { number, status, retryable, message };
}
