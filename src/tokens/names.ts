/** Names of keys or mailboxes as a token lists them: each one exact, or with a `*` at its end for all that begin so. */
export class Names {
  static readonly all = new Names(['*']);
  static readonly none = new Names([]);

  /** The most frequent by far, where reading is public. */
  readonly #isAll: boolean;
  readonly #exact: ReadonlySet<string>;
  readonly #beginnings: readonly string[];

  /** A `*` anywhere but at the end stands for itself; `*` alone is every name. */
  constructor(patterns: readonly string[]) {
    this.#isAll = patterns.includes('*');
    this.#exact = new Set(patterns.filter((pattern) => !pattern.endsWith('*')));
    this.#beginnings = patterns.filter((pattern) => pattern.endsWith('*')).map((pattern) => pattern.slice(0, -1));
  }

  has(name: string): boolean {
    return this.#isAll || this.#exact.has(name) || this.#beginnings.some((beginning) => name.startsWith(beginning));
  }
}
