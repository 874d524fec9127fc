import { randomBytes } from 'node:crypto';

/** Gives names that no other process gives and that can't be guessed; letters, digits, `-` and `_`. */
export class Unique {
  /** 72 random bits, of one length, so that name and number can't run into each other. */
  readonly process = randomBytes(9).toString('base64url');
  #count = 0;

  next(): string {
    return this.process + (this.#count++).toString(36);
  }
}
