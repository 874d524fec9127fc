import type { CometError } from '../../errors.ts';
import type { Cursor } from '../../hub/cursor.ts';
import type { Entry } from '../../hub/entry.ts';
import { type ListenerHub, PART_MS } from '../../hub/listener.ts';
import { Part, type PartOwner } from '../../hub/part.ts';
import type { Meters } from '../../metrics/meters.ts';
import { invalid } from './client-frame.ts';
import type { EntryFrames } from './entry-frames.ts';
import type { Line } from './line.ts';
import { missedFrame, positionFrame, refusedFrame } from './server-frame.ts';

export interface SubscriptionsOptions {
  readonly hub: ListenerHub;
  readonly meters: Meters;
  /** Keys at once. */
  readonly maxKeys: number;
  /** Bytes of what there is for keys that are being let in, from which on the rest waits. */
  readonly maxBytes: number;
  readonly frames: EntryFrames;
  /** Hears of each key that has to be let go. */
  readonly refused: (error: CometError) => void;
}

/**
 * The keys that one connection follows, one waiter each: every entry in order, none twice. While the line is halted,
 * keys that have news wait outside the hub and go on by cursor. One that follows nothing counts as a waiter all the same:
 * it takes room.
 */
export class Subscriptions implements PartOwner {
  readonly #options: SubscriptionsOptions;
  readonly #line: Line;
  readonly #parts = new Map<string, Part>();
  /** Keys that wait until the client has taken what there is. */
  #held: Part[] = [];
  /** What is told while keys are being let in; `null` otherwise. */
  #early: (string | Buffer)[] | null = null;
  #earlyBytes = 0;
  /** Why one of them can't be let in. */
  #obstacle: CometError | null = null;

  constructor(line: Line, options: SubscriptionsOptions) {
    this.#line = line;
    this.#options = options;
    options.meters.waiters++;
  }

  /**
   * Follows keys from where the client stands. Throws if one of them can't be let in, and lets in none. `answer` is
   * called before anything is told of them.
   */
  add(positions: ReadonlyMap<string, Cursor | null>, answer: () => void): void {
    for (const key of positions.keys()) {
      if (this.#parts.has(key)) throw invalid('keys', 'must not hold one that is subscribed already');
    }
    const { maxKeys } = this.#options;
    if (this.#parts.size + positions.size > maxKeys) throw invalid('keys', `may be ${maxKeys} on one connection`);
    const early = this.#enterAll([...positions].map(([key, after]) => new Part(this, key, after, true)));
    answer();
    for (const frame of early) this.#line.send(frame);
    // What had no room in that.
    if (!this.#line.halted) this.flow();
  }

  /** Follows them no longer; one that isn't followed is left alone. */
  remove(keys: Iterable<string>): void {
    for (const key of keys) {
      this.#parts.get(key)?.abandon();
      this.#drop(key);
    }
  }

  /** The client has taken everything: on with the keys that waited for that. */
  flow(): void {
    const held = this.#held;
    this.#held = [];
    for (const part of held) if (this.#follows(part)) this.#enter(part);
  }

  /** Lets go of every key, for good. */
  close(): void {
    this.remove([...this.#parts.keys()]);
    this.#options.meters.waiters--;
  }

  onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void {
    if (this.#early === null ? this.#line.halted : this.#earlyBytes > this.#options.maxBytes) {
      this.#held.push(part);
      return;
    }
    let missed = recovered === false;
    if (missed) this.#tell(missedFrame(part.key, part.cursor));
    for (const entry of entries) {
      part.moveTo(entry);
      this.#tell(this.#options.frames.of(entry, missed));
      missed = false;
    }
    this.#options.meters.deliveries += entries.length;
    if (this.#follows(part)) this.#enter(part);
  }

  onQuiet(part: Part, cursor: string): void {
    part.standAt(cursor);
    this.#tell(positionFrame(part.key, cursor));
    if (this.#follows(part)) this.#options.hub.poll(part, part.key, PART_MS, false);
  }

  onRefused(part: Part, error: CometError): void {
    if (this.#early !== null) {
      this.#obstacle ??= error;
      return;
    }
    this.#drop(part.key);
    this.#line.send(refusedFrame(part.key, error));
    this.#options.refused(error);
  }

  /** Gives what there is for them already. */
  #enterAll(parts: readonly Part[]): readonly (string | Buffer)[] {
    const early: (string | Buffer)[] = [];
    this.#early = early;
    this.#earlyBytes = 0;
    this.#obstacle = null;
    if (this.#parts.size === 0) this.#options.meters.waiters--;
    for (const part of parts) {
      this.#parts.set(part.key, part);
      this.#enter(part);
      if (this.#obstacle !== null) break;
    }
    this.#early = null;
    if (this.#obstacle === null) return early;
    this.remove(parts.map(({ key }) => key));
    throw this.#obstacle;
  }

  #drop(key: string): void {
    if (this.#parts.delete(key) && this.#parts.size === 0) this.#options.meters.waiters++;
  }

  /** Of a key of which nothing is known yet it has to be known first whether there is anything: then it can be missed. */
  #enter(part: Part): void {
    this.#options.hub.poll(part, part.key, part.after === null ? 0 : PART_MS, false);
  }

  #tell(frame: string | Buffer): void {
    if (this.#early === null) this.#line.send(frame);
    else {
      this.#early.push(frame);
      this.#earlyBytes += frame.length;
    }
  }

  /** It may have been let go, or let go and taken again, meanwhile. */
  #follows(part: Part): boolean {
    return this.#parts.get(part.key) === part;
  }
}
