import { CometError } from '../../errors.ts';
import type { AppendResult } from '../engine.ts';
import { AppendBatch, type Entry, type Keeping } from './append-batch.ts';
import type { Reply } from './client.ts';

export interface AppendQueueOptions {
  readonly keeping: Keeping;
  /** Most entries of a batch; 1 has each go alone. */
  readonly most: number;
  /** A name that no other call is given. */
  readonly name: () => string;
  /** Calls `append.lua`. */
  readonly send: (batch: AppendBatch) => Promise<Reply>;
}

/** Characters of values after which a batch is full. */
const FULL_LENGTH = 262_144;
/** Milliseconds that a call which takes long holds up what comes after it. */
const GATHER_MS = 2;
/** Entries that wait or are under way at once; more are refused, so that a slow Redis piles nothing up here. */
const MAX_ENTRIES = 10_000;

/**
 * Has entries that come together travel together. One that comes alone goes at once. What comes while a call is under way
 * goes in one call: when it is back, or after a moment, or when there is enough of it. Once entries come several at a time,
 * the first of them waits for the others of its turn of the event loop. Entries go in the order in which they came.
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions;
  /** What goes next. */
  #next: AppendBatch | null = null;
  #timer: NodeJS.Timeout | null = null;
  #turn: NodeJS.Immediate | null = null;
  /** The last call had several entries. */
  #crowded = false;
  #callsUnderWay = 0;
  #entries = 0;

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  append(entry: Entry): Promise<AppendResult> {
    const { name, keeping, most } = this.#options;
    if (this.#entries >= MAX_ENTRIES) return Promise.reject(new CometError('ENGINE_BUSY'));
    this.#entries++;
    this.#next ??= new AppendBatch(name(), keeping);
    const batch = this.#next;
    const result = batch.add(entry);
    if (batch.size >= most || batch.length >= FULL_LENGTH) this.flush();
    else if (this.#callsUnderWay > 0) this.#timer ??= setTimeout(() => this.flush(), GATHER_MS);
    else if (this.#crowded) this.#turn ??= setImmediate(() => this.flush());
    else this.flush();
    return result;
  }

  /** Has what waits go now, before whatever is sent next. */
  flush(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#turn !== null) clearImmediate(this.#turn);
    this.#timer = null;
    this.#turn = null;
    const batch = this.#next;
    if (batch === null) return;
    this.#next = null;
    this.#crowded = batch.size > 1;
    void this.#send(batch);
  }

  async #send(batch: AppendBatch): Promise<void> {
    this.#callsUnderWay++;
    try {
      batch.settle(await this.#options.send(batch));
    } catch (error) {
      batch.fail(error);
    }
    this.#callsUnderWay--;
    this.#entries -= batch.size;
    this.flush();
  }
}
