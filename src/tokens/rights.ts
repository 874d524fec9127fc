import { Names } from './names.ts';

export interface RightsOptions {
  readonly read: Names;
  readonly set: Names;
  readonly push: Names;
  readonly mailbox: string | null;
  readonly expiresAt: number;
}

/** What the sender of a request may do. Not to be kept beyond `expiresAt`. */
export class Rights {
  /** Of a publish key, and of everybody in try-out mode. It opens no mailbox. */
  static readonly publisher = new Rights({
    read: Names.all,
    set: Names.all,
    push: Names.all,
    mailbox: null,
    expiresAt: Number.POSITIVE_INFINITY,
  });
  /** Of everybody while reading is public. */
  static readonly reader = new Rights({
    read: Names.all,
    set: Names.none,
    push: Names.none,
    mailbox: null,
    expiresAt: Number.POSITIVE_INFINITY,
  });
  static readonly none = new Rights({
    read: Names.none,
    set: Names.none,
    push: Names.none,
    mailbox: null,
    expiresAt: Number.POSITIVE_INFINITY,
  });

  /** The uid of the mailbox that is its own to poll; `null` for none. */
  readonly mailbox: string | null;
  /** When they end: milliseconds of unix time, infinite for those that don't end by themselves. */
  readonly expiresAt: number;
  readonly #options: RightsOptions;

  constructor(options: RightsOptions) {
    this.#options = options;
    this.mailbox = options.mailbox;
    this.expiresAt = options.expiresAt;
  }

  mayRead(key: string): boolean {
    return this.#options.read.has(key);
  }

  /** Write it, and delete it. */
  maySet(key: string): boolean {
    return this.#options.set.has(key);
  }

  mayPush(uid: string): boolean {
    return this.#options.push.has(uid);
  }

  /** Poll the mailbox of this uid. */
  owns(uid: string): boolean {
    return this.mailbox === uid;
  }

  /** Milliseconds until they end, 0 once they have. */
  get remaining(): number {
    return Math.max(0, this.expiresAt - Date.now());
  }

  /** The same, and every key may be read. */
  withReading(): Rights {
    return new Rights({ ...this.#options, read: Names.all });
  }
}
