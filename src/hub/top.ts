/** The items with the highest scores of all that were added. Holds at most twice as many as it gives. */
export class Top<T> {
  readonly #limit: number;
  readonly #kept: { readonly item: T; readonly score: number }[] = [];
  /** Nothing with this score or less can be among them any more. */
  #floor = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A score of zero counts as nothing. */
  add(item: T, score: number): void {
    if (score <= this.#floor) return;
    this.#kept.push({ item, score });
    if (this.#kept.length >= 2 * this.#limit) this.#cut();
  }

  /** Highest score first. */
  items(): T[] {
    this.#cut();
    return this.#kept.map(({ item }) => item);
  }

  #cut(): void {
    this.#kept.sort((one, other) => other.score - one.score);
    if (this.#kept.length < this.#limit) return;
    this.#kept.length = this.#limit;
    this.#floor = this.#kept[this.#limit - 1]?.score ?? 0;
  }
}
