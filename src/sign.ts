/**
 * The signature that opens a mailbox. Whoever knows the sign secret (the site that knows its users) hands it to a
 * client together with the `uid`; the server only verifies.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** First field of what is signed, so that a secret shared with another program never signs for this one. */
const SCHEME = 'comet-mailbox-v1';

/** A hex SHA-256; capitals are the same digits. */
const SIGN = /^[0-9a-f]{64}$/i;

/**
 * Hex HMAC-SHA256 over `comet-mailbox-v1` NUL `uid` NUL `expires`, in UTF-8. `expires` is unix seconds as text, empty
 * for a sign that never expires. Neither may hold a NUL: the caller refuses control characters.
 */
export function signMailbox(secret: string, uid: string, expires: string): string {
  return digest(secret, uid, expires).toString('hex');
}

/**
 * Whether one of the secrets made this sign, in time that tells neither how much of it was right nor which secret it
 * was. Doesn't look at the clock: that `expires` is past is the caller's to refuse.
 */
export function verifyMailbox(secrets: readonly string[], uid: string, expires: string, sign: string): boolean {
  if (!SIGN.test(sign)) return false;
  const given = Buffer.from(sign, 'hex');
  let good = false;
  for (const secret of secrets) {
    if (timingSafeEqual(given, digest(secret, uid, expires))) good = true;
  }
  return good;
}

function digest(secret: string, uid: string, expires: string): Buffer {
  return createHmac('sha256', secret).update(`${SCHEME}\0${uid}\0${expires}`, 'utf8').digest();
}
