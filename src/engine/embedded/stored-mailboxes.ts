import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { Popped, Taken } from '../engine.ts';
import { type Budget, MAILBOX_OVERHEAD, MESSAGE_OVERHEAD, textBytes } from './budget.ts';
import { StoredMailbox } from './stored-mailbox.ts';

export interface StoredMailboxesOptions {
  readonly budget: Budget;
  readonly clock: Clock;
  /** Milliseconds that the message in flight is kept from parked polls. */
  readonly leaseMs: number;
  /** Messages in a mailbox from which on a push is refused; 0 for none. */
  readonly maxLength: number;
  /** Called within the step that put a message in. */
  readonly announce: (uid: string) => void;
}

/** Every user's mailbox. One that is empty takes no memory. */
export class StoredMailboxes {
  readonly #options: StoredMailboxesOptions;
  readonly #boxes = new Map<string, StoredMailbox>();

  constructor(options: StoredMailboxesOptions) {
    this.#options = options;
  }

  /** Throws `ENGINE_FULL` when there is no room, `MAILBOX_FULL` when there is none in this mailbox. */
  push(uid: string, value: string): void {
    const { budget, maxLength } = this.#options;
    const box = this.#boxes.get(uid);
    if (maxLength > 0 && box !== undefined && box.length >= maxLength) throw new CometError('MAILBOX_FULL');
    budget.take(messageBytes(value) + (box === undefined ? boxBytes(uid) : 0));
    this.#box(uid).put(value);
    this.#options.announce(uid);
  }

  pop(uid: string, count: number, parked: boolean): Popped {
    const box = this.#boxes.get(uid);
    if (box === undefined) return { values: [], leasedFor: 0 };
    const leasedFor = this.#leasedFor(box, parked);
    if (leasedFor > 0) return { values: [], leasedFor };
    const values: string[] = [];
    if (box.flight !== null && count > 0) {
      values.push(box.flight.value);
      box.flight = null;
    }
    while (values.length < count) {
      const value = box.shift();
      if (value === undefined) break;
      values.push(value);
    }
    for (const value of values) this.#options.budget.give(messageBytes(value));
    this.#tidy(uid, box);
    return { values, leasedFor: 0 };
  }

  /** Never refused for room: these messages were accepted before. */
  giveBack(uid: string, values: readonly string[]): void {
    if (values.length === 0) return;
    if (!this.#boxes.has(uid)) this.#options.budget.force(boxBytes(uid));
    for (const value of values) this.#options.budget.force(messageBytes(value));
    this.#box(uid).putBack(values);
    this.#options.announce(uid);
  }

  take(uid: string, ack: string, parked: boolean): Taken {
    const box = this.#boxes.get(uid);
    if (box === undefined) return NOTHING;
    if (box.flight !== null && box.flight.id === ack) {
      this.#options.budget.give(messageBytes(box.flight.value));
      box.flight = null;
    }
    const leasedFor = this.#leasedFor(box, parked);
    if (leasedFor > 0) return { message: null, leasedFor };
    const leasedUntil = this.#options.clock.now() + this.#options.leaseMs;
    const flight = box.flight ?? box.launch(leasedUntil);
    if (flight === null) {
      this.#tidy(uid, box);
      return NOTHING;
    }
    flight.leasedUntil = leasedUntil;
    return { message: { id: flight.id, value: flight.value }, leasedFor: 0 };
  }

  /** Milliseconds that a poll has to leave the message in flight alone; 0 if it may have it or there is none. */
  #leasedFor(box: StoredMailbox, parked: boolean): number {
    if (box.flight === null || !parked) return 0;
    return Math.max(0, Math.ceil(box.flight.leasedUntil - this.#options.clock.now()));
  }

  #box(uid: string): StoredMailbox {
    let box = this.#boxes.get(uid);
    if (box === undefined) {
      box = new StoredMailbox();
      this.#boxes.set(uid, box);
    }
    return box;
  }

  #tidy(uid: string, box: StoredMailbox): void {
    if (!box.isEmpty) return;
    this.#boxes.delete(uid);
    this.#options.budget.give(boxBytes(uid));
  }
}

const NOTHING: Taken = { message: null, leasedFor: 0 };

function boxBytes(uid: string): number {
  return MAILBOX_OVERHEAD + textBytes(uid);
}

function messageBytes(value: string): number {
  return MESSAGE_OVERHEAD + textBytes(value);
}
