import type { IncomingMessage } from 'node:http';
import { CometError } from '../../errors.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Access, RightsAnswer } from '../access/access.ts';

/** What all publishing of a worker passes: the keys and tokens, the bound on what is under way, the counters. */
export class PublishDesk {
  readonly #access: Access;
  readonly #meters: Meters;
  readonly #max: number;
  #underWay = 0;
  // One function each for all attempts.
  readonly #done = <T>(result: T): T => {
    this.#meters.publishes.add('ok');
    return result;
  };
  readonly #failed = (error: unknown): never => {
    const conflict = error instanceof CometError && error.code === 'ID_CONFLICT';
    this.#meters.publishes.add(conflict ? 'conflict' : 'error');
    throw error;
  };

  constructor(access: Access, meters: Meters, max: number) {
    this.#access = access;
    this.#meters = meters;
    this.#max = max;
  }

  /** What the sender of a request may publish. Throws or rejects for one who may publish nothing. */
  rights(req: IncomingMessage): RightsAnswer {
    return this.#access.publisher(req);
  }

  /** So many publishes begin, if they may: throws otherwise. Each ends with `leave`. */
  enter(count = 1): void {
    if (this.#underWay + count > this.#max) throw new CometError('TOO_MANY_PUBLISHES');
    this.#underWay += count;
  }

  leave(count = 1): void {
    this.#underWay -= count;
  }

  /** Counts what comes out of an attempt that reached the engine. */
  count<T>(attempt: Promise<T>): Promise<T> {
    return attempt.then(this.#done, this.#failed);
  }
}
