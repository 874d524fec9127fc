import type { Entry } from '../../hub/entry.ts';
import { entryFrame } from './server-frame.ts';
import { textFrame } from './text-frame.ts';

/** The frame of an entry as bytes, made when the first connection needs it and shared by all that are given it in a row. */
export class EntryFrames {
  #entry: Entry | null = null;
  #frame: Buffer = Buffer.alloc(0);

  /** `missed`: the first one after entries that may have been missed; as a text. */
  of(entry: Entry, missed: boolean): string | Buffer {
    if (missed) return entryFrame(entry, true);
    if (this.#entry !== entry) {
      this.#entry = entry;
      this.#frame = textFrame(entryFrame(entry, false));
    }
    return this.#frame;
  }
}
