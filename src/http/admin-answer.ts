import type { ServerResponse } from 'node:http';
import { CATALOGUE, type ErrorCode } from '../errors.ts';

/** An answer of the admin server that is known as a whole. */
export interface WholeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** One that goes on: whoever gave it writes the head and all the rest. */
export interface OpenAnswer {
  readonly begin: (response: ServerResponse) => void;
}

export type AdminAnswer = WholeAnswer | OpenAnswer;

/** `message` replaces the catalogue's, `extra` are header fields besides. */
export function refusal(code: ErrorCode, message?: string, extra: Readonly<Record<string, string>> = {}): WholeAnswer {
  const { number, status, retryable, message: usual } = CATALOGUE[code];
  const answer = json(status, { error_code: number, error: code, message: message ?? usual });
  const retry = retryable ? { 'retry-after': '1' } : {};
  return { ...answer, headers: { ...answer.headers, ...retry, ...extra } };
}

export function json(status: number, body: object): WholeAnswer {
  return { status, headers: adminHeaders('application/json; charset=utf-8'), body: JSON.stringify(body) };
}

/** What every answer of the admin server carries. */
export function adminHeaders(contentType: string): Record<string, string> {
  return { 'content-type': contentType, 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
}
