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

interface Place {
  readonly epoch: string;
  readonly offset: number;
}

/** That of a set which wrote nothing: nobody need count any longer. */
const NOTHING: Place = { epoch: '', offset: 0 };

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
    let result: AppendResult | null = null;
    try {
      result = await write();
    } finally {
      if (result?.type !== 'appended') void this.#end(name, NOTHING);
    }
    if (result.type === 'conflict') return [result, { woken: 0, complete: true }];
    const counts = await this.#end(name, result);
    return [
      result,
      {
        woken: counts.reduce<number>((sum, count) => sum + (count ?? 0), 0),
        complete: counts.length === begun.length && ![...begun, ...counts].includes(null),
      },
    ];
  }

  /** What each worker counted, this one first. */
  async #end(name: string, { epoch, offset }: Place): Promise<readonly WakeAnswer[]> {
    const [here, others] = await Promise.all([
      this.#hub.endTally(name, epoch, offset),
      this.#siblings.ask({ type: 'end', name, epoch, offset }),
    ]);
    return [here, ...others];
  }
}
