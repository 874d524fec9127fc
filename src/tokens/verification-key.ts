import { createSecretKey, type KeyObject } from 'node:crypto';

/** A key that tokens are checked with, and with what algorithms: those of its kind, never what a token asks for. */
export interface VerificationKey {
  readonly key: KeyObject;
  readonly algorithms: readonly string[];
  /** `kid` of a JSON Web Key; `null` for one without. */
  readonly id: string | null;
}

/** What is shorter has less than the strength of the least of its algorithms. Bits. */
const LEAST_RSA_BITS = 2048;

const HMAC = ['HS256', 'HS384', 'HS512'];
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const EDWARDS = ['EdDSA', 'Ed25519'];
const CURVES: Readonly<Record<string, readonly string[]>> = {
  prime256v1: ['ES256'],
  secp384r1: ['ES384'],
  secp521r1: ['ES512'],
};

export function secretKey(secret: string): VerificationKey {
  return { key: createSecretKey(secret, 'utf8'), algorithms: HMAC, id: null };
}

/** The algorithms of a public key; none for a kind that isn't taken. */
export function algorithmsOf(key: KeyObject): readonly string[] {
  const { modulusLength = 0, namedCurve = '' } = key.asymmetricKeyDetails ?? {};
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return modulusLength >= LEAST_RSA_BITS ? RSA : [];
    case 'ec':
      return CURVES[namedCurve] ?? [];
    case 'ed25519':
      return EDWARDS;
    default:
      return [];
  }
}
