import { hash, timingSafeEqual } from 'node:crypto';

/** Who may publish. Hashes are compared, so that the time it takes tells nothing about a key, its length included. */
export class PublishKeys {
  /** Everybody may publish, without a key. */
  readonly open: boolean;
  readonly #hashes: readonly Buffer[];

  /** Without keys nobody may publish, unless it is `open` to all (try-out mode). */
  constructor(keys: readonly string[], open: boolean) {
    this.#hashes = keys.map(digest);
    this.open = open;
  }

  /** Whether this is one of them. */
  admit(given: string): boolean {
    const hashed = digest(given);
    let good = false;
    for (const known of this.#hashes) if (timingSafeEqual(hashed, known)) good = true;
    return good;
  }
}

function digest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}
