/** How long to wait before a worker that died is replaced. Pure. */
export class BackOff {
  readonly #first: number;
  readonly #longest: number;
  readonly #settled: number;
  #deaths = 0;

  /** Milliseconds: the second delay in a row (the first is 0), the longest one, and the life that starts a new row. */
  constructor(first: number, longest: number, settled: number) {
    this.#first = first;
    this.#longest = longest;
    this.#settled = settled;
  }

  /** The delay after the death of a worker that lived so long: 0, then the first, each further one twice the last. */
  next(lived: number): number {
    if (lived >= this.#settled) this.#deaths = 0;
    const delay = this.#deaths === 0 ? 0 : Math.min(this.#first * 2 ** (this.#deaths - 1), this.#longest);
    this.#deaths++;
    return delay;
  }
}
