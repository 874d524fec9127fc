import type { CometError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import type { KeyState } from './key-state.ts';
import { Timed } from './wheel.ts';

/** Who settles a waiter: the hub. */
export interface WaiterOwner {
  abandon(waiter: Waiter): void;
  expire(waiter: Waiter): void;
}

/**
 * One poll of one key, from its arrival until it is settled. A transport extends it with the response it holds; the
 * hub calls exactly one of the `on…` methods, once, unless the transport abandons it first. If that throws, `onError`
 * is told `INTERNAL`, with what was thrown as its cause.
 */
export abstract class Waiter extends Timed {
  /** What its client has seen; `null` asks for whatever there is. It moves only while the waiter is in no key. */
  after: Cursor | null;
  /** Wants every entry after the cursor, not just the newest. */
  readonly all: boolean;

  // Owned by the hub.
  owner: WaiterOwner | null = null;
  state: KeyState | null = null;
  /** Its time-out is 0: it is answered by the first answer of the engine, or by what is known. */
  once = false;
  /** Only a read sent after it came may answer it. */
  fresh = false;
  /** It was shown once that there is nothing for it: from then on an engine out of reach doesn't end it. */
  parked = false;
  /** Reads of its key that had been sent when it came: only a later one can tell about its cursor for certain. */
  readsBefore = 0;
  next: Waiter | null = null;
  previous: Waiter | null = null;

  constructor(after: Cursor | null, all: boolean) {
    super();
    this.after = after;
    this.all = all;
  }

  /** The newest entry. `recovered` is `undefined` for a poll without a cursor. */
  abstract onEntry(entry: Entry, recovered: boolean | undefined): void;
  /** For `all`: entries oldest first, never empty. */
  abstract onEntries(entries: readonly Entry[], recovered: boolean | undefined): void;
  /** `cursor` is the text to come back with. */
  abstract onTimeout(cursor: string, recovered: boolean | undefined): void;
  abstract onError(error: CometError): void;

  /** The client is gone: forget it. Does nothing once it is settled. */
  abandon(): void {
    this.owner?.abandon(this);
  }

  override expire(): void {
    this.owner?.expire(this);
  }
}
