import type { IncomingMessage } from 'node:http';
import { CometError } from '../../errors.ts';
import type { Meters } from '../../metrics/meters.ts';
import { Rights } from '../../tokens/rights.ts';
import type { Access } from '../access/access.ts';

/** What all publishing of a worker passes: the keys and tokens, the bound on what is under way, the counters. */
export class PublishDesk {
  readonly #access: Access;
  readonly #meters: Meters;
  readonly #max: number;
  #underWay = 0;

  constructor(access: Access, meters: Meters, max: number) {
    this.#access = access;
    this.#meters = meters;
    this.#max = max;
  }

  /** Does the work for whoever may publish; what, `rights` tell. Refuses before anything of a body is read. */
  async admit(req: IncomingMessage, work: (rights: Rights) => Promise<void>): Promise<void> {
    const found = this.#access.publisher(req);
    const rights = found instanceof Rights ? found : await found;
    await this.run(() => work(rights));
  }

  /** As `admit`, for somebody whose rights are known. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#underWay >= this.#max) throw new CometError('TOO_MANY_PUBLISHES');
    this.#underWay++;
    try {
      return await work();
    } finally {
      this.#underWay--;
    }
  }

  /** Within `admit`: does what turned out to be so many publishes, if they too may be under way. */
  async more<T>(count: number, work: () => Promise<T>): Promise<T> {
    const others = count - 1;
    if (this.#underWay + others > this.#max) throw new CometError('TOO_MANY_PUBLISHES');
    this.#underWay += others;
    try {
      return await work();
    } finally {
      this.#underWay -= others;
    }
  }

  /** Counts what comes out of an attempt that reached the engine. */
  async count<T>(attempt: Promise<T>): Promise<T> {
    try {
      const result = await attempt;
      this.#meters.publishes.add('ok');
      return result;
    } catch (error) {
      const conflict = error instanceof CometError && error.code === 'ID_CONFLICT';
      this.#meters.publishes.add(conflict ? 'conflict' : 'error');
      throw error;
    }
  }
}
