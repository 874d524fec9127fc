import type { CometError } from '../errors.ts';
import { type Cursor, formatCursor, parseCursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import { Waiter } from './waiter.ts';

/** Whom a part tells what it was answered. Each answer takes it out of its key; it may be entered again at once. */
export interface PartOwner {
  /** `entries` oldest first, never empty; not to be kept. The part has not moved yet. */
  onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void;
  /** There is nothing newer; `cursor` and `recovered` as in the answer to a poll. The part has not moved yet. */
  onQuiet(part: Part, cursor: string, recovered: boolean | undefined): void;
  onRefused(part: Part, error: CometError): void;
}

/** One key of a listener: a waiter of that key which comes again, with the cursor that it has moved to. */
export class Part extends Waiter {
  readonly key: string;
  /** Its cursor as text; empty while nothing is known of the key. */
  cursor: string;
  readonly #owner: PartOwner;

  constructor(owner: PartOwner, key: string, after: Cursor | null, all: boolean) {
    super(after, all);
    this.key = key;
    this.cursor = after === null ? '' : formatCursor(after.offset, after.epoch);
    this.#owner = owner;
  }

  /** Everything up to this entry was seen. Copies what it needs: a part must not keep a value alive. */
  moveTo({ offset, epoch, cursor }: Entry): void {
    this.after = { offset, epoch };
    this.cursor = cursor;
  }

  /** Stands where the hub said that there is nothing newer. */
  standAt(cursor: string): void {
    this.after = parseCursor(cursor);
    this.cursor = cursor;
  }

  override onEntry(entry: Entry, recovered: boolean | undefined): void {
    this.#owner.onNews(this, [entry], recovered);
  }

  override onEntries(entries: readonly Entry[], recovered: boolean | undefined): void {
    this.#owner.onNews(this, entries, recovered);
  }

  override onTimeout(cursor: string, recovered: boolean | undefined): void {
    this.#owner.onQuiet(this, cursor, recovered);
  }

  override onError(error: CometError): void {
    this.#owner.onRefused(this, error);
  }
}
