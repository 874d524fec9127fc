import type { Rights } from './rights.ts';

/** What an entry takes beside the characters of its token: the rights hold most of those once more. Bytes. */
const OVERHEAD = 1024;
const COPIES = 3;

/**
 * Tokens whose signature was found good, so that a poll doesn't pay for it every time: bounded by bytes, the one that
 * was used least lately goes first. Only good ones are kept: bad ones can't push them out.
 */
export class VerifiedTokens {
  readonly #maxBytes: number;
  /** In the order in which they were used. */
  readonly #rights = new Map<string, Rights>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Estimated. */
  get bytes(): number {
    return this.#bytes;
  }

  /** `now` in milliseconds of unix time. One that has expired is forgotten. */
  get(token: string, now: number): Rights | undefined {
    const rights = this.#rights.get(token);
    if (rights === undefined) return undefined;
    this.#rights.delete(token);
    if (rights.expiresAt <= now) {
      this.#bytes -= sizeOf(token);
      return undefined;
    }
    this.#rights.set(token, rights);
    return rights;
  }

  add(token: string, rights: Rights): void {
    if (this.#rights.has(token)) return;
    // A piece of a header would keep all of it.
    const own = Buffer.from(token, 'latin1').toString('latin1');
    this.#rights.set(own, rights);
    this.#bytes += sizeOf(own);
    for (const oldest of this.#rights.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.#rights.delete(oldest);
      this.#bytes -= sizeOf(oldest);
    }
  }
}

function sizeOf(token: string): number {
  return token.length * COPIES + OVERHEAD;
}
