import type { ErrorCode } from '../../errors.ts';
import type { RefusalReason } from '../../metrics/meters.ts';

/** What each error counts as in `comet_refused_total`; `null` for what no bound or gate turned away. */
const REASONS: Readonly<Record<ErrorCode, RefusalReason | null>> = {
  PARAMETER_MISSING: 'parameter',
  PARAMETER_INVALID: 'parameter',
  PARAMETER_REPEATED: 'parameter',
  BODY_INVALID: 'parameter',
  REQUEST_MALFORMED: 'malformed',
  UNAUTHORIZED: 'authorization',
  TOKEN_INVALID: 'token',
  TOKEN_EXPIRED: 'token',
  HOST_FORBIDDEN: 'try_out',
  ORIGIN_FORBIDDEN: 'try_out',
  PROXY_FORBIDDEN: 'try_out',
  COOKIE_FORBIDDEN: 'token',
  KEY_FORBIDDEN: 'key',
  ORIGIN_NOT_ALLOWED: 'origin',
  NOT_FOUND: null,
  METHOD_NOT_ALLOWED: null,
  ID_CONFLICT: null,
  REDIS_WRONG_TYPE: 'engine',
  BODY_TOO_LARGE: 'body_size',
  URL_TOO_LONG: 'url_size',
  CONTENT_TYPE_UNSUPPORTED: 'parameter',
  UPGRADE_REQUIRED: null,
  TOO_MANY_PUBLISHES: 'publishes',
  TOO_MANY_CONNECTIONS: null,
  HEADERS_TOO_LARGE: 'header_size',
  TOO_MANY_WAITERS: 'waiters',
  TOO_MANY_WAITERS_ON_KEY: 'waiters_per_key',
  TOO_MANY_KEYS: 'watched_keys',
  DRAINING: 'draining',
  NO_WORKER: null,
  ENGINE_UNAVAILABLE: 'engine',
  ENGINE_TIMEOUT: 'engine',
  ENGINE_BUSY: 'engine',
  ENGINE_FULL: 'engine',
  REDIS_LOADING: 'engine',
  REDIS_READONLY: 'engine',
  REDIS_OUT_OF_MEMORY: 'engine',
  REDIS_MISCONF: 'engine',
  REDIS_AUTH: 'engine',
  REDIS_CLUSTER_DOWN: 'engine',
  REDIS_NO_SCRIPT: 'engine',
  REDIS_ERROR: 'engine',
  REDIS_NOT_REPLICATED: 'engine',
  INTERNAL: null,
};

export function refusalReason(code: ErrorCode): RefusalReason | null {
  return REASONS[code];
}
