import { CometError } from '../../errors.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { PublishKeys } from '../access/publish-keys.ts';

/** What all publishing of a worker passes: the keys, the bound on what is under way, the counters. */
export class PublishDesk {
  readonly #keys: PublishKeys;
  readonly #meters: Meters;
  readonly #max: number;
  #underWay = 0;

  constructor(keys: PublishKeys, meters: Meters, max: number) {
    this.#keys = keys;
    this.#meters = meters;
    this.#max = max;
  }

  /** Does the work for whoever may publish. Refuses before anything of a body is read. */
  async admit(authorization: string | undefined, work: () => Promise<void>): Promise<void> {
    if (!this.#keys.admit(authorization)) throw new CometError('UNAUTHORIZED');
    if (this.#underWay >= this.#max) throw new CometError('TOO_MANY_PUBLISHES');
    this.#underWay++;
    try {
      await work();
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
