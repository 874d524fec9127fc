import type { Ancestor, Log } from '../../src/engine/engine.ts';

/** One entry that was written, and the entry it followed. */
export interface Node {
  readonly id: number;
  readonly value: string;
  readonly parent: Node | null;
}

interface Life {
  readonly epoch: string;
  readonly ancestor: Ancestor | null;
  /** Entries by offset, from 1; index 0 is unused. A new epoch of the same log begins with the path of the old one. */
  readonly path: (Node | null)[];
  first: number;
}

/** What a correct store holds of one key, remembered for ever so that any answer can be judged. */
export class Truth {
  readonly #historySize: number;
  readonly #lives = new Map<string, Life>();
  #life: Life | null = null;
  #run = 0;
  #wroteIn = 0;
  #count = 0;
  /** What there was before each write, for a store that comes back older. */
  readonly #before: (Life | null)[] = [];

  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  set(): { log: Log; value: string } {
    const value = `v${++this.#count}`;
    this.#keep();
    const old = this.#life;
    if (old === null || this.#wroteIn !== this.#run) {
      const epoch = `e${this.#count}`;
      const ancestor = old === null ? null : { epoch: old.epoch, offset: old.path.length - 1 };
      this.#life = { epoch, ancestor, path: old === null ? [null] : [...old.path], first: old?.first ?? 1 };
      this.#lives.set(epoch, this.#life);
    }
    this.#wroteIn = this.#run;
    const life = this.#life as Life;
    life.path.push({ id: this.#count, value, parent: life.path.at(-1) ?? null });
    life.first = Math.max(life.first, life.path.length - this.#historySize);
    return { log: this.read(false) as Log, value };
  }

  delete(): { epoch: string; offset: number } | null {
    const life = this.#life;
    this.#keep();
    this.#life = null;
    return life === null ? null : { epoch: life.epoch, offset: life.path.length - 1 };
  }

  /** The store dies and comes back as it was `entries` writes ago, under another run. */
  restartOlder(entries: number): void {
    this.#run++;
    // What was given out beyond it stays in the lives, and is foreign to whatever is written from now on.
    for (let count = 0; count < entries && this.#before.length > 0; count++) this.#life = this.#before.pop() ?? null;
  }

  read(history: boolean): Log | null {
    const life = this.#life;
    if (life === null) return null;
    const offset = life.path.length - 1;
    const values = life.path.slice(history ? life.first : offset).map((node) => (node as Node).value);
    return { epoch: life.epoch, offset, first: life.first, ancestor: life.ancestor, expiresAt: 0, values };
  }

  #keep(): void {
    this.#before.push(this.#life === null ? null : { ...this.#life, path: [...this.#life.path] });
  }

  /** The entry that a cursor stands for; `null` before everything. */
  at(cursor: string): Node | null {
    if (cursor === '0') return null;
    const [offset = '', epoch = ''] = cursor.split('-');
    const node = this.#lives.get(epoch)?.path[Number(offset)];
    if (node === undefined || node === null) throw new Error(`no entry was ever given the cursor ${cursor}`);
    return node;
  }

  /** The newest entry now. */
  get newest(): Node | null {
    return this.#life?.path.at(-1) ?? null;
  }
}

/** Entries after `from` up to `to`, oldest first; `null` if `to` does not descend from `from`. */
export function between(from: Node | null, to: Node): Node[] | null {
  const way: Node[] = [];
  for (let node: Node | null = to; node !== from; node = node.parent) {
    if (node === null) return null;
    way.unshift(node);
  }
  return way;
}
