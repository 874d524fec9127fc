import type { Ancestor, EntryNotice, Log } from '../engine/engine.ts';
import type { Cursor } from './cursor.ts';
import { Entry } from './entry.ts';

/** What became of a notice: taken over, known already, or not to be placed without a read of the engine. */
export type Absorbed = 'taken' | 'known' | 'unclear';

/**
 * What a poll with this cursor is to be told by this copy.
 * `wait`: nothing newer. `plain`, `recovered`, `missed`: answer, with no `recovered`, true, false.
 * `doubtful`: the epoch is foreign or the cursor ahead; the copy may lag, so only a read of the engine can tell.
 * `history`: older entries are wanted that the engine retains and the copy does not hold.
 */
export type Verdict = 'wait' | 'plain' | 'recovered' | 'missed' | 'doubtful' | 'history';

/** A worker's copy of one key's log: its newest entries without a gap, and where they stand. */
export class Copy {
  readonly key: string;
  epoch: string;
  offset: number;
  first: number;
  ancestor: Ancestor | null;
  expiresAt: number;
  /** Never empty; the newest is the last. */
  entries: Entry[];

  constructor(key: string, log: Omit<Log, 'values'>, values: readonly string[]) {
    this.key = key;
    this.epoch = log.epoch;
    this.offset = log.offset;
    this.first = log.first;
    this.ancestor = log.ancestor;
    this.expiresAt = log.expiresAt;
    const start = log.offset - values.length + 1;
    this.entries = values.map((value, index) => new Entry(key, value, start + index, log.epoch));
  }

  static of(key: string, log: Log): Copy {
    return new Copy(key, log, log.values);
  }

  get newest(): Entry {
    return this.entries[this.entries.length - 1] as Entry;
  }

  /** Offset of the oldest entry held here. */
  get start(): number {
    return this.offset - this.entries.length + 1;
  }

  expired(now: number): boolean {
    return this.expiresAt !== 0 && now >= this.expiresAt;
  }

  /**
   * Takes over the entry that follows the newest, in this epoch or in the one that this epoch was left for at exactly
   * this offset. Keeps `historySize` entries.
   */
  absorb(notice: EntryNotice, historySize: number): Absorbed {
    if (notice.epoch === this.epoch) {
      if (notice.offset <= this.offset) return 'known';
    } else if (notice.ancestor?.epoch !== this.epoch || notice.ancestor.offset !== this.offset) {
      return 'unclear';
    }
    if (notice.offset !== this.offset + 1 || notice.value === null) return 'unclear';
    this.epoch = notice.epoch;
    this.offset = notice.offset;
    this.first = notice.first;
    this.ancestor = notice.ancestor;
    this.expiresAt = notice.expiresAt;
    const entry = new Entry(this.key, notice.value, notice.offset, notice.epoch);
    // Rarely asked for again: rendered anew then.
    this.newest.rendering = null;
    if (this.entries.length < historySize) this.entries.push(entry);
    else this.entries = [...this.entries.slice(this.entries.length - historySize + 1), entry];
    return 'taken';
  }

  judge(after: Cursor | null, all: boolean): Verdict {
    if (after === null) return all ? this.#wholeOr('plain') : 'plain';
    if (after.offset === 0) return this.#behind(after, all);
    if (after.epoch === this.epoch) {
      if (after.offset === this.offset) return 'wait';
      return after.offset < this.offset ? this.#behind(after, all) : 'doubtful';
    }
    const inLine = after.epoch === this.ancestor?.epoch && after.offset <= this.ancestor.offset;
    return inLine ? this.#behind(after, all) : 'doubtful';
  }

  /** The verdict on a doubtful cursor once a read has shown that this copy does not lag. */
  judgeForeign(all: boolean): Verdict {
    return all ? this.#wholeOr('missed') : 'missed';
  }

  /** The entries after a cursor that is recovered, or all that is held. */
  after(cursor: Cursor | null): readonly Entry[] {
    const skip = cursor === null ? 0 : Math.max(0, cursor.offset + 1 - this.start);
    return skip === 0 ? this.entries : this.entries.slice(skip);
  }

  #behind(after: Cursor, all: boolean): Verdict {
    const wanted = after.offset + 1;
    // What is held here may reach back further than what the engine still retains.
    const reached = wanted >= Math.min(this.first, this.start);
    if (!all) return after.offset === 0 && !reached ? 'missed' : 'recovered';
    if (!reached) return this.#wholeOr('missed');
    return wanted >= this.start ? 'recovered' : 'history';
  }

  #wholeOr(verdict: Verdict): Verdict {
    return this.start <= this.first ? verdict : 'history';
  }
}
