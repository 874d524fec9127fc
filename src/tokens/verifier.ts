import { decodeProtectedHeader, errors, jwtVerify } from 'jose';
import { CometError } from '../errors.ts';
import { refusal, rightsOf } from './claims.ts';
import type { Rights } from './rights.ts';
import type { VerificationKey } from './verification-key.ts';
import { VerifiedTokens } from './verified-tokens.ts';

/** Characters of the longest token that is looked at; a head of 16 KB holds no two of these. */
const MAX_TOKEN_LENGTH = 8192;

/** Bytes of tokens that are known to be good: some thousands. */
const CACHE_BYTES = 16 * 1024 * 1024;

/** Without what a parser said: it may quote the token, and causes are logged. */
const MALFORMED = 'it is malformed';

export interface VerifierOptions {
  readonly keys: readonly VerificationKey[];
  /** A token must be for one of these; empty for any. */
  readonly audiences: readonly string[];
  /** A token must be from one of these; empty for any. */
  readonly issuers: readonly string[];
  /** Seconds by which the clock of whoever made the token may be wrong. */
  readonly leeway: number;
}

/** Tells what a token gives: checks its signature once, and from then on knows it until it expires. */
export class Verifier {
  readonly #options: VerifierOptions;
  readonly #known = new VerifiedTokens(CACHE_BYTES);

  constructor(options: VerifierOptions) {
    this.#options = options;
  }

  /** At once for a token that is known. Throws or rejects with TOKEN_INVALID or TOKEN_EXPIRED. */
  verify(token: string): Rights | Promise<Rights> {
    if (token.length > MAX_TOKEN_LENGTH) throw refusal(`it is longer than ${MAX_TOKEN_LENGTH} characters`);
    return this.#known.get(token, Date.now()) ?? this.#check(token);
  }

  async #check(token: string): Promise<Rights> {
    for (const key of this.#candidates(token)) {
      const rights = await this.#tryKey(token, key);
      if (rights === null) continue;
      // The library counts in whole seconds, a claim may have parts of one.
      if (rights.remaining === 0) throw new CometError('TOKEN_EXPIRED');
      this.#known.add(token, rights);
      return rights;
    }
    throw refusal('no key of this server has signed it');
  }

  /** Those that may have signed it, by its algorithm and the name of its key. */
  #candidates(token: string): VerificationKey[] {
    const { alg, kid } = headerOf(token);
    return this.#options.keys.filter(
      ({ algorithms, id }) => algorithms.includes(alg) && (id === null || kid === undefined || id === kid),
    );
  }

  /** `null` if another key may have signed it. */
  async #tryKey(token: string, { key, algorithms }: VerificationKey): Promise<Rights | null> {
    const { audiences, issuers, leeway } = this.#options;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [...algorithms],
        clockTolerance: leeway,
        ...(audiences.length === 0 ? {} : { audience: [...audiences] }),
        ...(issuers.length === 0 ? {} : { issuer: [...issuers] }),
      });
      return rightsOf(payload, leeway);
    } catch (error) {
      if (error instanceof errors.JWSSignatureVerificationFailed) return null;
      if (error instanceof errors.JWTExpired) throw new CometError('TOKEN_EXPIRED');
      if (error instanceof errors.JWTClaimValidationFailed) throw refusal(`its claim "${error.claim}" is not right`);
      if (error instanceof errors.JOSEError) throw refusal(MALFORMED);
      throw error;
    }
  }
}

function headerOf(token: string): { readonly alg: string; readonly kid: unknown } {
  try {
    const { alg = '', kid } = decodeProtectedHeader(token);
    return { alg, kid };
  } catch {
    // It throws nothing but that the token is none.
    throw refusal(MALFORMED);
  }
}
