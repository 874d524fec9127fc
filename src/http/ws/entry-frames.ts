import type { Entry } from '../../hub/entry.ts';
import { entryFrame } from './server-frame.ts';

/** The frame of an entry, made when the first connection needs it and shared by all that are given it in a row. */
export class EntryFrames {
  #entry: Entry | null = null;
  #frame: Buffer = Buffer.alloc(0);

  /** `missed`: the first one after entries that may have been missed. */
  of(entry: Entry, missed: boolean): string | Buffer {
    if (missed) return entryFrame(entry, true);
    if (this.#entry !== entry) {
      this.#entry = entry;
      this.#frame = Buffer.from(entryFrame(entry, false));
    }
    return this.#frame;
  }
}
