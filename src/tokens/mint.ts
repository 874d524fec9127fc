import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';
import type { CometClaim } from './claims.ts';
import { algorithmsOf, secretKey } from './verification-key.ts';

export interface TokenOrder {
  readonly claim: CometClaim;
  /** Unix seconds. */
  readonly expires: number;
  /** Who it is about, for whoever reads a token; empty for nobody. */
  readonly subject: string;
  /** Both empty where the server asks for none. */
  readonly audience: string;
  readonly issuer: string;
}

/** A key that makes tokens, and how. */
export interface SigningKey {
  readonly key: KeyObject;
  readonly algorithm: string;
}

export function signingSecret(secret: string): SigningKey {
  return { key: secretKey(secret).key, algorithm: 'HS256' };
}

/** Of a private key in PEM; `null` for what is none, or of a kind that isn't taken. */
export function signingKey(pem: string): SigningKey | null {
  try {
    const key = createPrivateKey(pem);
    const [algorithm] = algorithmsOf(key);
    return algorithm === undefined ? null : { key, algorithm };
  } catch {
    // What it throws says nothing that would help, and it may quote the key.
    return null;
  }
}

/** A token as the server takes it. */
export function mintToken({ key, algorithm }: SigningKey, order: TokenOrder): Promise<string> {
  const { claim, expires, subject, audience, issuer } = order;
  const token = new SignJWT({ comet: claim }).setProtectedHeader({ alg: algorithm, typ: 'JWT' });
  token.setIssuedAt().setExpirationTime(expires);
  if (subject !== '') token.setSubject(subject);
  if (audience !== '') token.setAudience(audience);
  if (issuer !== '') token.setIssuer(issuer);
  return token.sign(key);
}
