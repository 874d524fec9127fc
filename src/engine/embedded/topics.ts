/** What of the topics changed since the last batch. */
export interface TopicChanges {
  readonly watch: readonly string[];
  readonly unwatch: readonly string[];
}

/** No batch has asked for it yet. */
const UNSENT = Number.POSITIVE_INFINITY;

interface Topic {
  /** The round that asked for it last. */
  round: number;
  isLive: boolean;
}

/**
 * The topics (keys, or uids) that an engine watches. Changes are gathered into batches; a topic that is left and
 * watched again is asked for again, and only the answer to the last asking makes it live.
 */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  /** Names that changed since the last batch. */
  readonly #changed = new Set<string>();
  readonly #onChange: () => void;

  /** `onChange` is called whenever there is something for the next batch. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  /** Watching twice is watching once. */
  watch(name: string): void {
    if (this.#topics.has(name)) return;
    this.#topics.set(name, { round: UNSENT, isLive: false });
    this.#changed.add(name);
    this.#onChange();
  }

  unwatch(name: string): void {
    if (!this.#topics.delete(name)) return;
    this.#changed.add(name);
    this.#onChange();
  }

  /** Everything that changed, to be sent as this round. */
  changes(round: number): TopicChanges {
    const watch: string[] = [];
    const unwatch: string[] = [];
    for (const name of this.#changed) {
      const topic = this.#topics.get(name);
      if (topic === undefined) {
        unwatch.push(name);
      } else {
        topic.round = round;
        watch.push(name);
      }
    }
    this.#changed.clear();
    return { watch, unwatch };
  }

  /** Takes a `live` that takes in all rounds up to this one, and returns the names for which it holds. */
  live(names: readonly string[], round: number): string[] {
    return names.filter((name) => {
      const topic = this.#topics.get(name);
      if (topic === undefined || topic.round > round) return false;
      topic.isLive = true;
      return true;
    });
  }

  isLive(name: string): boolean {
    return this.#topics.get(name)?.isLive === true;
  }
}
