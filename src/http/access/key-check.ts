import { CometError } from '../../errors.ts';
import type { Rights } from '../../tokens/rights.ts';

/** Throws KEY_FORBIDDEN for the first of the keys that may not be read. */
export function checkReading(rights: Rights, keys: readonly string[]): void {
  for (const key of keys) if (!rights.mayRead(key)) throw forbidden('key', `reading ${JSON.stringify(key)}`);
}

/** Throws KEY_FORBIDDEN if the key may not be set, and so not deleted either. */
export function checkSetting(rights: Rights, key: string): void {
  if (!rights.maySet(key)) throw forbidden('key', `setting or deleting ${JSON.stringify(key)}`);
}

/** Throws KEY_FORBIDDEN if nothing may be pushed into this mailbox. */
export function checkPushing(rights: Rights, uid: string): void {
  if (!rights.mayPush(uid)) throw forbidden('uid', `pushing to ${JSON.stringify(uid)}`);
}

function forbidden(parameter: string, what: string): CometError {
  return new CometError('KEY_FORBIDDEN', { message: `The token does not allow ${what}.`, parameter });
}
