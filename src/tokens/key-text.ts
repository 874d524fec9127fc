/** Public keys as they stand in a file: PEM, one or several, or a JSON Web Key Set. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { algorithmsOf, type VerificationKey } from './verification-key.ts';

export type ParsedKeys =
  | { readonly ok: true; readonly keys: readonly VerificationKey[] }
  /** `problem` completes "<file> …"; it holds nothing of the text. */
  | { readonly ok: false; readonly problem: string };

const PEM_BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[^-]+-----END \1-----/g;
const TAKEN = 'RSA of 2048 bits or more, P-256, P-384, P-521 or Ed25519';
/** Members of a JSON Web Key that only its owner should have. */
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'k'] as const;

/** Never throws. A key of a set that is meant for something else, or of a kind that isn't taken, is left out. */
export function parseKeys(text: string): ParsedKeys {
  return text.trimStart().startsWith('{') ? parseKeySet(text) : parsePem(text);
}

function parsePem(text: string): ParsedKeys {
  const keys: VerificationKey[] = [];
  for (const [block, label = ''] of text.matchAll(PEM_BLOCK)) {
    if (label.includes('PRIVATE')) return no('holds a private key; give the public one alone');
    const key = attempt(() => createPublicKey(block));
    if (key === null) return no(`holds a ${label} that can't be read`);
    const algorithms = algorithmsOf(key);
    if (algorithms.length === 0) return no(`holds a key of a kind that isn't taken; it must be ${TAKEN}`);
    keys.push({ key, algorithms, id: null });
  }
  return keys.length > 0 ? { ok: true, keys } : no('holds no public key in PEM, and no JSON Web Key Set');
}

function parseKeySet(text: string): ParsedKeys {
  const set = attempt(() => JSON.parse(text) as { readonly keys?: unknown });
  if (set === null) return no('is no JSON');
  if (!Array.isArray(set.keys)) return no('is no JSON Web Key Set; its member "keys" must be a list');
  const keys: VerificationKey[] = [];
  for (const jwk of set.keys as readonly unknown[]) {
    if (typeof jwk !== 'object' || jwk === null) return no('has what is no key in its list');
    if (PRIVATE_MEMBERS.some((member) => Object.hasOwn(jwk, member))) {
      return no('holds a private or secret key; give public ones alone, and secrets as token-secret');
    }
    const key = readJwk(jwk as JsonWebKey);
    if (key !== null) keys.push(key);
  }
  return keys.length > 0 ? { ok: true, keys } : no(`holds no key that can check tokens; one must be ${TAKEN}`);
}

function readJwk(jwk: JsonWebKey): VerificationKey | null {
  if (jwk.use !== undefined && jwk.use !== 'sig') return null;
  const key = attempt(() => createPublicKey({ key: jwk, format: 'jwk' }));
  if (key === null) return null;
  const algorithms = algorithmsOf(key).filter((algorithm) => jwk.alg === undefined || jwk.alg === algorithm);
  const id = typeof jwk.kid === 'string' ? jwk.kid : null;
  return algorithms.length === 0 ? null : { key, algorithms, id };
}

/** `null` for whatever a parser threw: it says nothing that would help, and may quote the text. */
function attempt<T extends object>(parse: () => T): T | null {
  try {
    return parse();
  } catch {
    return null;
  }
}

function no(problem: string): ParsedKeys {
  return { ok: false, problem };
}
