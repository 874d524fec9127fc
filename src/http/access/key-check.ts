import { CometError } from '../../errors.ts';
import type { Rights } from '../../tokens/rights.ts';

/*
 * Each throws TOKEN_EXPIRED where the rights have ended by now: the body of a request, or the next frame of a WebSocket,
 * may have come long after they were found.
 */

/** Throws KEY_FORBIDDEN for the first of the keys that may not be read. */
export function checkReading(rights: Rights, keys: readonly string[]): void {
  checkEnd(rights);
  for (const key of keys) if (!rights.mayRead(key)) throw forbidden('key', `reading ${JSON.stringify(key)}`);
}

/** Throws KEY_FORBIDDEN if the key may not be set, and so not deleted either. */
export function checkSetting(rights: Rights, key: string): void {
  checkEnd(rights);
  if (!rights.maySet(key)) throw forbidden('key', `setting or deleting ${JSON.stringify(key)}`);
}

/** Throws KEY_FORBIDDEN if nothing may be pushed into this mailbox. */
export function checkPushing(rights: Rights, uid: string): void {
  checkEnd(rights);
  if (!rights.mayPush(uid)) throw forbidden('uid', `pushing to ${JSON.stringify(uid)}`);
}

function checkEnd(rights: Rights): void {
  if (rights.remaining === 0) throw new CometError('TOKEN_EXPIRED');
}

function forbidden(parameter: string, what: string): CometError {
  return new CometError('KEY_FORBIDDEN', { message: `The token does not allow ${what}.`, parameter });
}
