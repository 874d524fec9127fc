import { formatCursor } from './cursor.ts';

/** One value written to a key, as a worker hands it out. Shared by every waiter that gets it. */
export class Entry {
  readonly key: string;
  readonly value: string;
  readonly offset: number;
  readonly epoch: string;
  readonly cursor: string;
  /** Kept for the transport: what it rendered, once, for all the waiters of this entry. */
  rendering: unknown = null;

  constructor(key: string, value: string, offset: number, epoch: string) {
    this.key = key;
    this.value = value;
    this.offset = offset;
    this.epoch = epoch;
    this.cursor = formatCursor(offset, epoch);
  }
}
