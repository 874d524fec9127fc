/** The text of each frame that a server sends: a JSON object that says by its `type` what it is. */

import { CATALOGUE, type CometError } from '../../errors.ts';
import type { Entry } from '../../hub/entry.ts';
import { errorBody } from '../answer/error-answer.ts';
import type { RequestId } from './client-frame.ts';

/** Seconds after which a client that was refused may try again, at most. */
const MAX_RETRY_SECONDS = 5;

/** `recovered: false` stands in the first one after a `missedFrame`. */
export function entryFrame({ key, value, cursor }: Entry, missed: boolean): string {
  return JSON.stringify({ type: 'entry', key, value, cursor, recovered: missed ? false : undefined });
}

/** Entries of this key may have been missed. `cursor` is where the client stood: cut here, it is told again. */
export function missedFrame(key: string, cursor: string): string {
  return JSON.stringify({ type: 'missed', key, cursor });
}

/** Where the client stands with a key that has nothing newer. */
export function positionFrame(key: string, cursor: string): string {
  return JSON.stringify({ type: 'position', key, cursor });
}

/** A key is not followed any more. */
export function refusedFrame(key: string, error: CometError): string {
  return JSON.stringify({ type: 'refused', key, ...facts(error) });
}

/** The answer to a frame: `body` is what HTTP would have answered. */
export function answerFrame(request: RequestId, body: object): string {
  return JSON.stringify({ type: 'answer', request, ...body });
}

/** The answer to a frame that was refused. */
export function errorFrame(request: RequestId, error: CometError): string {
  return answerFrame(request, facts(error));
}

/** What HTTP says in status and `Retry-After` stands in the frame. */
function facts(error: CometError): object {
  const { status, retryable } = CATALOGUE[error.code];
  const retryAfter = retryable ? 1 + Math.floor(Math.random() * MAX_RETRY_SECONDS) : undefined;
  return { ...errorBody(error), status, retry_after: retryAfter };
}
