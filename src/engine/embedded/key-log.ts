import { randomBytes } from 'node:crypto';
import type { Log } from '../engine.ts';

/** One retained entry. Its offset follows from its place. */
interface Kept {
  readonly value: string;
  /** What it counts in the budget. */
  readonly bytes: number;
  /** When it was appended. */
  readonly at: number;
}

/** One life of a key's log. It never is without its newest entry once the first was added. */
export class KeyLog {
  readonly epoch = randomBytes(12).toString('base64url');
  /** Milliseconds; 0 for never. */
  expiresAt = 0;
  /** Oldest first. */
  readonly #entries: Kept[] = [];
  #offset = 0;
  #bytes = 0;

  get offset(): number {
    return this.#offset;
  }

  /** Offset of the oldest entry that is retained. */
  get first(): number {
    return this.#offset - this.#entries.length + 1;
  }

  /** What the entries count in the budget. */
  get bytes(): number {
    return this.#bytes;
  }

  isExpired(now: number): boolean {
    return this.expiresAt !== 0 && this.expiresAt <= now;
  }

  /** Bytes that `keepNewest` would return. */
  surplus(size: number): number {
    let bytes = 0;
    for (let i = 0; i < this.#entries.length - size; i++) bytes += (this.#entries[i] as Kept).bytes;
    return bytes;
  }

  add(value: string, bytes: number, at: number): void {
    this.#entries.push({ value, bytes, at });
    this.#offset++;
    this.#bytes += bytes;
  }

  /** Drops entries but the `size` newest and returns their bytes. */
  keepNewest(size: number): number {
    return this.#drop(this.#entries.length - size);
  }

  /** Drops entries that were appended at `time` or before, never the newest, and returns their bytes. */
  keepSince(time: number): number {
    let old = 0;
    while (old < this.#entries.length - 1 && (this.#entries[old] as Kept).at <= time) old++;
    return this.#drop(old);
  }

  /** As the contract shows it. */
  view(history: boolean): Log {
    const kept = history ? this.#entries : this.#entries.slice(-1);
    return {
      epoch: this.epoch,
      offset: this.#offset,
      first: this.first,
      ancestor: null,
      expiresAt: this.expiresAt,
      values: kept.map((entry) => entry.value),
    };
  }

  #drop(count: number): number {
    if (count <= 0) return 0;
    let bytes = 0;
    for (const entry of this.#entries.splice(0, count)) bytes += entry.bytes;
    this.#bytes -= bytes;
    return bytes;
  }
}
