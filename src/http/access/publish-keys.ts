import { hash, timingSafeEqual } from 'node:crypto';

const BEARER = /^bearer +(\S+) *$/i;

/** Who may publish. Hashes are compared, so that the time it takes tells nothing about a key, its length included. */
export class PublishKeys {
  readonly #hashes: readonly Buffer[];
  readonly #open: boolean;

  /** Without keys nobody may publish, unless it is `open` to all (try-out mode). */
  constructor(keys: readonly string[], open: boolean) {
    this.#hashes = keys.map(digest);
    this.#open = open;
  }

  /** `authorization` is the header field as it came. */
  admit(authorization: string | undefined): boolean {
    if (this.#open) return true;
    const given = BEARER.exec(authorization ?? '')?.[1];
    if (given === undefined) return false;
    const hashed = digest(given);
    let good = false;
    for (const known of this.#hashes) if (timingSafeEqual(hashed, known)) good = true;
    return good;
  }
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
