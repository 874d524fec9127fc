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

  constructor(historySize: number) {
    this.#historySize = historySize;
  }

  set(): { log: Log; value: string } {
    const value = `v${++this.#count}`;
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
    this.#life = null;
    return life === null ? null : { epoch: life.epoch, offset: life.path.length - 1 };
  }

  /** The store dies and comes back as it was `entries` writes ago, under another run. */
  restartOlder(entries: number): void {
    this.#run++;
    const life = this.#life;
    if (life === null) return;
    const path = life.path.slice(0, Math.max(1, life.path.length - entries));
    // The same epoch and offsets as before, with a shorter path: what was given out beyond it is foreign from now on.
    this.#life = path.length === 1 ? null : { ...life, path, first: Math.min(life.first, path.length - 1) };
  }

  read(history: boolean): Log | null {
    const life = this.#life;
    if (life === null) return null;
    const offset = life.path.length - 1;
    const values = life.path.slice(history ? life.first : offset).map((node) => (node as Node).value);
    return { epoch: life.epoch, offset, first: life.first, ancestor: life.ancestor, expiresAt: 0, values };
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
