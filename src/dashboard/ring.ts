/** The last `size` items of a row that grows at its end. */
export class Ring<T> {
  readonly #size: number;
  readonly #items: T[] = [];

  constructor(size: number) {
    this.#size = size;
  }

  add(item: T): void {
    this.#items.push(item);
    if (this.#items.length > this.#size) this.#items.shift();
  }

  /** Oldest first. */
  get items(): readonly T[] {
    return this.#items;
  }
}
