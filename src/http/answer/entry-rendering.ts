import type { Entry } from '../../hub/entry.ts';
import { jsonString } from './json-string.ts';
import { Rendered } from './rendered.ts';

/** The answers that carry one entry, each rendered when the first waiter needs it and shared by all the others. */
export class EntryRendering {
  readonly #entry: Entry;
  /** By what the answer says: the entry or a list of one, and `recovered`. */
  readonly #answers: (Rendered | undefined)[] = [];
  /** Lists that end with the entry, as long as one is being sent: they are large. By length and `recovered`. */
  readonly #lists = new Map<string, WeakRef<Rendered>>();
  #data: string | undefined;

  constructor(entry: Entry) {
    this.#entry = entry;
  }

  /** That of an entry; it is kept with the entry. */
  static of(entry: Entry): EntryRendering {
    if (entry.rendering instanceof EntryRendering) return entry.rendering;
    const rendering = new EntryRendering(entry);
    entry.rendering = rendering;
    return rendering;
  }

  /** `recovered` is left out of the answer where it is `undefined`. */
  answer(recovered: boolean | undefined): Rendered {
    const index = recovered === undefined ? 0 : recovered ? 1 : 2;
    this.#answers[index] ??= Rendered.jsonText(
      `{"error_code":0,${this.#fields()}${recovered === undefined ? '' : `,"recovered":${recovered}`}}`,
    );
    return this.#answers[index];
  }

  /** The data of an event: the entry alone, without what a stream adds. */
  get data(): string {
    this.#data ??= `{${this.#fields()}}`;
    return this.#data;
  }

  /** For a poll that wants every entry, where this is the only one. */
  alone(recovered: boolean | undefined): Rendered {
    const index = recovered === undefined ? 3 : recovered ? 4 : 5;
    this.#answers[index] ??= renderEntries([this.#entry], recovered);
    return this.#answers[index];
  }

  /** For a poll that wants every entry: `entries` without a gap, oldest first, this one the last. */
  list(entries: readonly Entry[], recovered: boolean | undefined): Rendered {
    const name = `${entries.length} ${recovered}`;
    const known = this.#lists.get(name)?.deref();
    if (known !== undefined) return known;
    const rendered = renderEntries(entries, recovered);
    this.#lists.set(name, new WeakRef(rendered));
    return rendered;
  }

  /** Those that say the entry. */
  #fields(): string {
    const { key, value, cursor } = this.#entry;
    return `"key":${jsonString(key)},"value":${jsonString(value)},"cursor":${jsonString(cursor)}`;
  }
}

/** Every entry, oldest first, never empty; beside the list the newest stands where it stands in any other answer. */
function renderEntries(entries: readonly Entry[], recovered: boolean | undefined): Rendered {
  const { key, value, cursor } = entries.at(-1) as Entry;
  const list = entries.map((entry) => ({ cursor: entry.cursor, value: entry.value }));
  return Rendered.json({ error_code: 0, key, value, cursor, entries: list, recovered });
}
