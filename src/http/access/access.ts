import type { IncomingMessage } from 'node:http';
import type { Config } from '../../config/options.ts';
import { CometError } from '../../errors.ts';
import { parseKeys } from '../../tokens/key-text.ts';
import { Rights } from '../../tokens/rights.ts';
import { secretKey, type VerificationKey } from '../../tokens/verification-key.ts';
import { Verifier } from '../../tokens/verifier.ts';
import { bearerOf } from './bearer.ts';
import { readCookies } from './cookie.ts';
import { OwnPages } from './own-page.ts';
import { PublishKeys } from './publish-keys.ts';

type AccessConfig = Pick<
  Config,
  | 'publishKey'
  | 'tokenSecret'
  | 'tokenKeys'
  | 'tokenAudience'
  | 'tokenIssuer'
  | 'tokenLeeway'
  | 'tokenCookie'
  | 'corsOrigin'
  | 'reading'
>;

/** A promise only for a token whose signature has to be checked first. */
export type RightsAnswer = Rights | Promise<Rights>;

/** Three parts with dots between: what is no publish key but looks so is meant to be a token. */
const TOKEN = /^[\w-]+\.[\w-]*\.[\w-]*$/;

/**
 * Who may do what, by publish key and by token. Each method throws or rejects with the `CometError` to answer with. A
 * token in a cookie counts only where no page of another site can have sent it: `OwnPages`.
 */
export class Access {
  readonly #publishKeys: PublishKeys;
  /** `null` while no tokens are configured: then nothing looks for any. */
  readonly #verifier: Verifier | null;
  readonly #cookie: string;
  readonly #pages: OwnPages;
  readonly #isPrivate: boolean;

  /** `open`: without keys everybody may do everything (try-out mode). */
  constructor(config: AccessConfig, open: boolean) {
    this.#publishKeys = new PublishKeys(config.publishKey, open);
    this.#verifier = createVerifier(config);
    this.#cookie = config.tokenCookie;
    this.#pages = new OwnPages(config.corsOrigin);
    this.#isPrivate = config.reading === 'token';
  }

  /** For a request that reads keys. `jsonp`: its answer is a script, which any page may have sent for. */
  reader(req: IncomingMessage, jsonp: boolean): RightsAnswer {
    if (!this.#isPrivate) return Rights.reader;
    const rights = this.#fromHeader(req) ?? this.#fromCookie(req, jsonp ? 'script' : 'read');
    if (rights !== null) return rights;
    throw new CometError('UNAUTHORIZED', {
      message: 'Reading needs a token, or "Authorization: Bearer <publish key>".',
    });
  }

  /** For a request that publishes. */
  publisher(req: IncomingMessage): RightsAnswer {
    if (this.#publishKeys.open) return Rights.publisher;
    const rights = this.#fromHeader(req) ?? this.#fromCookie(req, 'change');
    if (rights !== null) return rights;
    throw new CometError('UNAUTHORIZED');
  }

  /** For a mailbox poll, which takes messages out. Without a token: `Rights.none`, which own no mailbox. */
  owner(req: IncomingMessage, jsonp: boolean): RightsAnswer {
    if (this.#verifier === null) return Rights.none;
    return this.#fromHeader(req) ?? this.#fromCookie(req, jsonp ? 'script' : 'change') ?? Rights.none;
  }

  /**
   * For a connection that reads and publishes for as long as its rights last, with all that its first request brought.
   * Without a key or token it has what everybody has: reading, where that is public.
   */
  visitor(req: IncomingMessage): RightsAnswer {
    if (this.#publishKeys.open) return Rights.publisher;
    const rights = this.#fromHeader(req) ?? this.#fromCookie(req, 'change');
    if (this.#isPrivate) {
      if (rights !== null) return rights;
      throw new CometError('UNAUTHORIZED', {
        message: 'This needs a token, or "Authorization: Bearer <publish key>".',
      });
    }
    if (rights === null) return Rights.reader;
    return rights instanceof Rights ? rights.withReading() : rights.then((known) => known.withReading());
  }

  /** `null` if the request brings neither a publish key nor what looks like a token. */
  #fromHeader(req: IncomingMessage): RightsAnswer | null {
    const given = bearerOf(req.headers.authorization);
    if (given === undefined) return null;
    if (this.#publishKeys.admit(given)) return Rights.publisher;
    return this.#verifier !== null && TOKEN.test(given) ? this.#verifier.verify(given) : null;
  }

  /** `null` if there is no cookie that could hold a token. */
  #fromCookie(req: IncomingMessage, use: 'read' | 'script' | 'change'): RightsAnswer | null {
    if (this.#verifier === null || this.#cookie === '') return null;
    const [token, ...others] = readCookies(req.headers.cookie, this.#cookie);
    if (token === undefined || token === '') return null;
    const page = this.#pages.sent(req);
    // What another site's page sends for it can't read, unless it is a script; but it may change something.
    const counts = use === 'read' ? page !== 'foreign' : use === 'change' && page === 'own';
    if (!counts) throw new CometError('COOKIE_FORBIDDEN');
    if (others.length > 0) {
      throw new CometError('TOKEN_INVALID', {
        message: 'The token is not valid: there are several cookies of its name.',
      });
    }
    return this.#verifier.verify(token);
  }
}

function createVerifier(config: AccessConfig): Verifier | null {
  const keys = [...config.tokenSecret.map(secretKey), ...config.tokenKeys.flatMap(keysOf)];
  if (keys.length === 0) return null;
  const { tokenAudience: audiences, tokenIssuer: issuers, tokenLeeway: leeway } = config;
  return new Verifier({ keys, audiences, issuers, leeway });
}

/** The primary has parsed the same text before. */
function keysOf(text: string): readonly VerificationKey[] {
  const parsed = parseKeys(text);
  if (!parsed.ok) throw new Error(`token-keys: a file ${parsed.problem}`);
  return parsed.keys;
}
