import { CometError } from '../errors.ts';
import { Names } from './names.ts';
import { Rights } from './rights.ts';

/** Names in one list of a token. */
export const MAX_NAMES = 256;

/** The last second of the year 9999: what is later is no time that anybody means. Unix seconds. */
const LAST_TIME = 253_402_300_799;
const CONTROL_CHARACTER = /\p{Cc}/u;

/** The claim of a token that is about this server. Nothing else of it gives a right. */
export interface CometClaim {
  /** Keys that may be read; exact, or with a `*` at the end. */
  readonly read?: readonly string[];
  /** Keys that may be set and deleted. */
  readonly set?: readonly string[];
  /** Uids into whose mailboxes may be pushed. */
  readonly push?: readonly string[];
  /** The uid whose mailbox may be polled; it is taken as it stands, a `*` too. */
  readonly mailbox?: string;
}

/**
 * The rights that a verified payload gives. `leeway` in seconds is what they outlast `exp` by. Throws TOKEN_INVALID for
 * a claim that isn't what it should be: half of a token is not believed.
 */
export function rightsOf(payload: Readonly<Record<string, unknown>>, leeway: number): Rights {
  const { exp, comet = {} } = payload;
  if (typeof exp !== 'number' || !(exp >= 0 && exp <= LAST_TIME)) throw refusal('its exp is no time');
  if (typeof comet !== 'object' || comet === null || Array.isArray(comet)) {
    throw refusal('its claim "comet" is no object');
  }
  const claim = comet as Readonly<Record<string, unknown>>;
  return new Rights({
    read: namesOf(claim, 'read'),
    set: namesOf(claim, 'set'),
    push: namesOf(claim, 'push'),
    mailbox: claim.mailbox === undefined ? null : nameOf(claim.mailbox, 'mailbox'),
    expiresAt: (exp + leeway) * 1000,
  });
}

/** A token that gives nothing, with the reason; it must hold nothing of the token. */
export function refusal(reason: string): CometError {
  return new CometError('TOKEN_INVALID', { message: `The token is not valid: ${reason}.` });
}

function namesOf(claim: Readonly<Record<string, unknown>>, member: string): Names {
  const list = claim[member] ?? [];
  if (!Array.isArray(list)) throw refusal(`its claim "comet.${member}" is no list`);
  if (list.length > MAX_NAMES) throw refusal(`its claim "comet.${member}" has more than ${MAX_NAMES} names`);
  return new Names(list.map((name: unknown) => nameOf(name, member)));
}

function nameOf(name: unknown, member: string): string {
  if (typeof name !== 'string' || name === '' || CONTROL_CHARACTER.test(name)) {
    throw refusal(`its claim "comet.${member}" holds what is no name`);
  }
  return name;
}
