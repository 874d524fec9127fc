import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { CometClaim } from '../../src/tokens/claims.ts';

export const TOKEN_SECRET = 'a-token-secret-of-the-tests-is-long';
export const OTHER_SECRET = 'another-token-secret-of-these-tests';

export interface MintOptions {
  readonly key?: KeyObject | string;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Claims besides `comet` and `exp`; one that is `undefined` is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Seconds from now. */
  readonly expiresIn?: number;
}

/** A token for these rights, good for a minute with the first secret unless told. */
export function mint(comet: CometClaim | unknown, options: MintOptions = {}): Promise<string> {
  const { key = TOKEN_SECRET, header = {}, claims = {}, expiresIn = 60 } = options;
  const payload = { comet, exp: seconds(expiresIn), ...claims };
  const defined = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  return new SignJWT(defined)
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(typeof key === 'string' ? Buffer.from(key) : key);
}

/** A token of whatever header and payload, signed as HS256 with these bytes whatever it says. */
export function forge(header: object | string, payload: object | string, key: string): string {
  const text = (part: object | string) => (typeof part === 'string' ? part : JSON.stringify(part));
  const signed = [header, payload].map((part) => Buffer.from(text(part)).toString('base64url')).join('.');
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** Unix seconds, so many from now. */
export function seconds(fromNow: number): number {
  return Math.floor(Date.now() / 1000) + fromNow;
}

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The public key as a file would have it. */
  readonly pem: string;
}

export function keyPair(kind: 'rsa' | 'P-256' | 'P-384' | 'P-521' | 'ed25519', bits = 2048): KeyPair {
  const { privateKey, publicKey } =
    kind === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: bits })
      : kind === 'ed25519'
        ? generateKeyPairSync('ed25519')
        : generateKeyPairSync('ec', { namedCurve: kind });
  return { privateKey, publicKey, pem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** A key set with these members beside each key's own. */
export function keySet(...keys: readonly (readonly [KeyObject, Readonly<Record<string, unknown>>])[]): string {
  return JSON.stringify({ keys: keys.map(([key, more]) => ({ ...key.export({ format: 'jwk' }), ...more })) });
}

export function bearer(token: string): { readonly headers: { readonly authorization: string } } {
  return { headers: { authorization: `Bearer ${token}` } };
}
