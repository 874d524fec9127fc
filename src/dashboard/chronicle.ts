import { Ring } from './ring.ts';
import type { BusiestKeys, JournalEntry, Opening, Point, ServerFacts, Tick } from './wire.ts';

/** Ten minutes at one point a second: some 100 KB of JSON for a page that is opened. */
export const HISTORY_SECONDS = 600;
const JOURNAL_ENTRIES = 200;

/** What was told, with the number under which it was told. */
interface Told<T> {
  readonly number: number;
  readonly item: T;
}

/** What a page that comes later, or comes back, has to be told. */
export class Chronicle {
  /** The newest, whatever a page has missed. */
  keys: BusiestKeys | null = null;
  readonly #run: string;
  readonly #server: () => ServerFacts;
  readonly #points = new Ring<Told<Point>>(HISTORY_SECONDS);
  readonly #journal = new Ring<Told<JournalEntry>>(JOURNAL_ENTRIES);
  #tick: Tick | null = null;
  #number = 0;

  constructor(run: string, server: () => ServerFacts) {
    this.#run = run;
    this.#server = server;
  }

  get tick(): Tick | null {
    return this.#tick;
  }

  /** Id of the newest event of a stream. */
  get id(): string {
    return `${this.#run}-${this.#number}`;
  }

  addTick(tick: Tick): void {
    this.#tick = tick;
    this.#points.add({ number: ++this.#number, item: tick.point });
  }

  addEntry(entry: JournalEntry): void {
    this.#journal.add({ number: ++this.#number, item: entry });
  }

  /** For a page whose last event had this id, or for one that is new. */
  opening(lastId: string | undefined): Opening {
    const since = this.#numberOf(lastId);
    const missed = <T>(told: readonly Told<T>[]) => told.filter(({ number }) => number > since).map(({ item }) => item);
    return {
      server: this.#server(),
      resumed: since > 0,
      points: missed(this.#points.items),
      journal: missed(this.#journal.items),
      tick: this.#tick,
      keys: this.keys,
    };
  }

  /** 0 for an id of another run, one that was never given, or one so old that a part of what followed is gone. */
  #numberOf(id: string | undefined): number {
    const [run, text = ''] = id?.split('-') ?? [];
    const number = /^\d{1,15}$/.test(text) ? Number(text) : 0;
    if (run !== this.#run || number > this.#number) return 0;
    const oldest = this.#points.items[0]?.number ?? 1;
    return number >= oldest - 1 ? number : 0;
  }
}
