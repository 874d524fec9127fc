import { CometError } from '../../errors.ts';

/**
 * The bytes that the store may hold. Texts count as their UTF-8, which is what V8 needs for them or more, and each
 * thing that is kept counts a measured overhead.
 */
export class Budget {
  readonly max: number;
  #used = 0;

  constructor(max: number) {
    this.max = max;
  }

  get used(): number {
    return this.#used;
  }

  /** Books bytes; throws `ENGINE_FULL` and books nothing if they don't fit. Fewer bytes (negative) always fit. */
  take(bytes: number): void {
    if (bytes > 0 && this.#used + bytes > this.max) throw new CometError('ENGINE_FULL');
    this.#used += bytes;
  }

  /** Books bytes that must be kept though they may not fit: what was accepted before is never lost for room. */
  force(bytes: number): void {
    this.#used += bytes;
  }

  give(bytes: number): void {
    this.#used -= bytes;
  }
}

/** Bytes of a text. */
export function textBytes(text: string): number {
  return Buffer.byteLength(text);
}

/** What each thing takes beside its texts, in bytes: measured on Node 20, rounded up. */
export const LOG_OVERHEAD = 400;
export const ENTRY_OVERHEAD = 96;
export const ID_OVERHEAD = 272;
export const MAILBOX_OVERHEAD = 368;
export const MESSAGE_OVERHEAD = 40;
