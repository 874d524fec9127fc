/** A request that the server refused, or that got no answer. */
export class CometError extends Error {
  override readonly name = 'CometError';
  /** HTTP status; 0 when no answer of the server came. */
  readonly status: number;
  /** Name in the server's error catalogue, such as `KEY_FORBIDDEN`; empty when the server did not say. */
  readonly code: string;
  /** Milliseconds that the server asks to wait before the next try; 0 when it asks for nothing. */
  readonly retryAfter: number;

  constructor(message: string, status = 0, code = '', retryAfter = 0, cause?: unknown) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may succeed later. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** Whether it is worth trying again. What is no answer of the server is a network that failed. */
export function isPassing(error: unknown): boolean {
  return (error as Partial<CometError> | undefined)?.retryable !== false;
}

/** The error that an answer of another status than 2xx stands for. */
export async function refusalOf(response: Response): Promise<CometError> {
  const { status, headers } = response;
  // A proxy on the way may have said it in HTML.
  const { message = `HTTP status ${status}`, error } = await response.json().catch(() => ({}));
  // A date instead of seconds counts as nothing.
  return new CometError(message, status, error, 1000 * (Number(headers.get('Retry-After')) || 0));
}
