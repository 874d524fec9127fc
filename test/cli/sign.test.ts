import { describe, expect, it } from '@jest/globals';
import { signMailbox, verifyMailbox } from '../../src/sign.ts';

const SECRET = 'correct horse battery staple';

/** Made with `printf 'comet-mailbox-v1\000<uid>\000<expires>' | openssl dgst -sha256 -hmac '<secret>'`. */
const VECTORS = [
  ['42', '1767225600', '9d2e2bf2383a401da290cec9f0c73b6b77a436b9b1a56ec9c18d9c4adf781629'],
  ['42', '', '9d7e3da69bdf938420adfa5ffb24698e4861940a53d65eff604d70395122fab8'],
  ['zoë', '1767225600', '87e3bc05d34be709285306c10cfa8215aee94ea63fda7046f537dc8254f1b161'],
] as const;

describe('sign', () => {
  it.each(VECTORS)('of uid %j and expires %j is what openssl makes', (uid, expires, sign) => {
    expect(signMailbox(SECRET, uid, expires)).toBe(sign);
    expect(verifyMailbox([SECRET], uid, expires, sign)).toBe(true);
    expect(verifyMailbox([SECRET], uid, expires, sign.toUpperCase())).toBe(true);
  });

  it('verifies with every secret of a rotation and no other', () => {
    const [uid, expires, sign] = VECTORS[0];
    expect(verifyMailbox(['a new secret of them', SECRET], uid, expires, sign)).toBe(true);
    expect(verifyMailbox([SECRET, 'an old secret of them'], uid, expires, sign)).toBe(true);
    expect(verifyMailbox(['a new secret of them'], uid, expires, sign)).toBe(false);
    expect(verifyMailbox([], uid, expires, sign)).toBe(false);
  });

  it('binds uid and expires', () => {
    const [uid, expires, sign] = VECTORS[0];
    expect(verifyMailbox([SECRET], `${uid}0`, expires, sign)).toBe(false);
    expect(verifyMailbox([SECRET], uid, `${expires}0`, sign)).toBe(false);
    expect(verifyMailbox([SECRET], uid, '', sign)).toBe(false);
  });

  it.each([
    ['nothing', ''],
    ['too short', VECTORS[0][2].slice(0, 63)],
    ['too long', `${VECTORS[0][2]}0`],
    ['a line after it', `${VECTORS[0][2]}\n`],
    ['not hex', 'z'.repeat(64)],
    ['a digit changed', VECTORS[0][2].replace('9', '8')],
  ])('refuses %s', (_, sign) => {
    expect(verifyMailbox([SECRET], '42', '1767225600', sign)).toBe(false);
  });
});
