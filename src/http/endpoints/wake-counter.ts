import type { AppendResult } from '../../engine/engine.ts';
import type { Hub } from '../../hub/hub.ts';
import type { WakeAnswer, WakeQuestion } from '../../metrics/wake-question.ts';

/** The other workers of this machine. */
export interface Siblings {
  /** An answer of each, within about a second. */
  ask(question: WakeQuestion): Promise<readonly WakeAnswer[]>;
}

/** Whom an entry woke on this machine. Not `complete`: at least so many, for a worker did not say in time. */
export interface Woken {
  readonly woken: number;
  readonly complete: boolean;
}

/** Counts the waiters that a set wakes, on every worker of this machine. */
export class WakeCounter {
  readonly #hub: Hub;
  readonly #siblings: Siblings;
  #counted = 0;

  constructor(hub: Hub, siblings: Siblings) {
    this.#hub = hub;
    this.#siblings = siblings;
  }

  /**
   * Writes between two questions to every worker. Each begins to count before the set is written: whom it wakes is then
   * known for certain, however fast it is and whatever is written after it.
   */
  async around(key: string, write: () => Promise<AppendResult>): Promise<readonly [AppendResult, Woken]> {
    const name = `${process.pid}-${++this.#counted}`;
    const begun = [
      this.#hub.beginTally(name, key) ? 0 : null,
      ...(await this.#siblings.ask({ type: 'begin', name, key })),
    ];
    const result = await write();
    if (result.type === 'conflict') return [result, { woken: 0, complete: true }];
    const { epoch, offset } = result;
    const [here, others] = await Promise.all([
      this.#hub.endTally(name, epoch, offset),
      this.#siblings.ask({ type: 'end', name, epoch, offset }),
    ]);
    const counts = [here, ...others];
    return [
      result,
      {
        woken: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
        complete: counts.length === begun.length && ![...begun, ...counts].includes(null),
      },
    ];
  }
}
