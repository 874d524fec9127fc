import type { Notice } from '../engine/engine.ts';
import type { Copy } from './copy.ts';
import type { Waiter } from './waiter.ts';
import { Timed } from './wheel.ts';

/** `idle`: no subscription. `watching`: asked for, not certain yet or not any more. `live`: notices are certain. */
export type Phase = 'idle' | 'watching' | 'live';

/** Who hears that a key has lingered long enough. */
export interface KeyOwner {
  lingered(state: KeyState): void;
}

/** All that a worker knows of one key, and who waits for it. The hub and its reader own every field. */
export class KeyState extends Timed {
  readonly name: string;
  readonly owner: KeyOwner;
  phase: Phase = 'idle';
  /** Whether `copy` (`null`: the key has nothing) is proven: live, and read since. */
  known = false;
  copy: Copy | null = null;
  /** Somebody has asked for every entry: from then on the copy keeps more than the newest. */
  wantsHistory = false;

  // Since the last census took them.
  /** Entries that came by notice. */
  sets = 0;
  /** Waiters that were answered with an entry. */
  deliveries = 0;

  // The reader's.
  /** Number of the newest read that was sent. */
  reads = 0;
  /** The read under way; resolves with false if it failed. */
  inFlight: Promise<boolean> | null = null;
  /** Whether the newest read asked for the history. */
  withHistory = false;
  /** Another read must follow the one under way, and whether with the history. */
  again = false;
  againHistory = false;
  /** Number of the first read that proves the copy since the key went live. */
  provenBy = 0;
  /** Notices that came while a read was under way; bounded by the engine's deadline. */
  arrivals: Notice[] | null = null;

  // The waiters, oldest first.
  head: Waiter | null = null;
  tail: Waiter | null = null;
  count = 0;

  constructor(name: string, owner: KeyOwner) {
    super();
    this.name = name;
    this.owner = owner;
  }

  /** The copy may lag: only a read that is sent from now on proves it again. */
  doubt(): void {
    this.known = false;
    this.provenBy = this.reads + 1;
  }

  add(waiter: Waiter): void {
    waiter.state = this;
    waiter.previous = this.tail;
    if (this.tail === null) this.head = waiter;
    else this.tail.next = waiter;
    this.tail = waiter;
    this.count++;
  }

  drop(waiter: Waiter): void {
    if (waiter.previous === null) this.head = waiter.next;
    else waiter.previous.next = waiter.next;
    if (waiter.next === null) this.tail = waiter.previous;
    else waiter.next.previous = waiter.previous;
    waiter.next = null;
    waiter.previous = null;
    waiter.state = null;
    this.count--;
  }

  /** The waiters as they are now, oldest first. */
  waiters(): Waiter[] {
    const all: Waiter[] = [];
    for (let waiter = this.head; waiter !== null; waiter = waiter.next) all.push(waiter);
    return all;
  }

  override expire(): void {
    this.owner.lingered(this);
  }
}
