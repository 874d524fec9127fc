import type { CometError } from '../errors.ts';
import type { Cursor } from './cursor.ts';
import { formatCursors } from './cursors.ts';
import type { Entry } from './entry.ts';
import { Lasting } from './lasting.ts';
import { Part, type PartOwner } from './part.ts';
import type { Waiter } from './waiter.ts';

/** What a listener needs of the hub. */
export interface ListenerHub {
  readonly draining: boolean;
  poll(waiter: Waiter, key: string, timeout: number, fresh: boolean): void;
  schedule(lasting: Lasting, inMs: number): void;
  forget(lasting: Lasting): void;
}

/** Longer than any listener lives: a part has no time-out of its own. Milliseconds. */
export const PART_MS = 30 * 86_400_000;

/**
 * One client that waits for several keys: one waiter a key, which counts as any other, and a deadline for them all.
 * The order of the keys is that of its composite cursor.
 */
export abstract class Listener extends Lasting implements PartOwner {
  protected readonly hub: ListenerHub;
  protected readonly parts: readonly Part[];
  /** Nothing is told any more. */
  protected closed = false;

  /** `cursors` has one for each key. */
  constructor(hub: ListenerHub, keys: readonly string[], cursors: readonly (Cursor | null)[], all: boolean) {
    super();
    this.hub = hub;
    this.parts = keys.map((key, index) => new Part(this, key, cursors[index] ?? null, all));
  }

  /** What its client has seen of each key. */
  get cursor(): string {
    const [only] = this.parts;
    return this.parts.length === 1 && only !== undefined ? only.cursor : formatCursors(this.parts.map(cursorOf));
  }

  abstract onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void;
  abstract onQuiet(part: Part, cursor: string, recovered: boolean | undefined): void;
  abstract onRefused(part: Part, error: CometError): void;

  /** Waits, until there is something newer than the part's cursor. */
  protected follow(part: Part): void {
    this.hub.poll(part, part.key, PART_MS, false);
  }

  /** Asks once: for the newest that there is, or that there is nothing. */
  protected ask(part: Part, fresh: boolean): void {
    this.hub.poll(part, part.key, 0, fresh);
  }

  /** Takes every part out. Idempotent. */
  protected close(): void {
    this.closed = true;
    this.hub.forget(this);
    for (const part of this.parts) part.abandon();
  }
}

function cursorOf(part: Part): string {
  return part.cursor;
}
