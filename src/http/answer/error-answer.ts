import { CATALOGUE, type CometError, type ErrorCode } from '../../errors.ts';
import { renderCall } from './jsonp.ts';
import { Rendered } from './rendered.ts';

const MAX_RETRY_AFTER_SECONDS = 5;

/** An error as its client sees it. */
export interface ErrorAnswer {
  /** What goes over the wire. */
  readonly status: number;
  readonly rendered: Rendered;
  /** Header fields besides, names and values in turn. */
  readonly fields: string[];
}

/** With a callback the status travels in the body, because a browser runs no script that came with an error status. */
export function renderError(error: CometError, callback: string | null): ErrorAnswer {
  const { status } = CATALOGUE[error.code];
  const body = errorBody(error);
  const fields = fieldsOf(error.code);
  if (callback === null) return { status, rendered: Rendered.json(body), fields };
  return { status: 200, rendered: renderCall(callback, JSON.stringify({ ...body, status })), fields };
}

/** The JSON that stands for an error. */
export function errorBody(error: CometError): object {
  const { number } = CATALOGUE[error.code];
  return { error_code: number, error: error.code, message: error.message, parameter: error.parameter };
}

function fieldsOf(code: ErrorCode): string[] {
  if (CATALOGUE[code].retryable) return ['Retry-After', retryAfter()];
  if (code === 'TOKEN_INVALID' || code === 'TOKEN_EXPIRED') return ['WWW-Authenticate', 'Bearer error="invalid_token"'];
  return code === 'UNAUTHORIZED' ? ['WWW-Authenticate', 'Bearer'] : [];
}

/** Whole seconds, spread so that those who were refused together don't come back together. */
function retryAfter(): string {
  return String(1 + Math.floor(Math.random() * MAX_RETRY_AFTER_SECONDS));
}
