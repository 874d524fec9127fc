import { createHash } from 'node:crypto';
import { type AppendResult, IDEMPOTENCY_MS } from '../engine.ts';
import { type Budget, ID_OVERHEAD, textBytes } from './budget.ts';

interface Memory {
  /** Of the value: the value itself may be large and is not needed. */
  readonly digest: string;
  readonly result: AppendResult;
  readonly until: number;
}

/** The idempotency ids of the last five minutes with their first answers. They outlive the log that they wrote to. */
export class Idempotency {
  readonly #budget: Budget;
  /** By id and key. All live equally long, so the oldest stands first. */
  readonly #memories = new Map<string, Memory>();

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** The answer for an id that was used before, `null` for a new one. */
  recall(key: string, id: string, value: string, now: number): AppendResult | null {
    const memory = this.#memories.get(nameOf(key, id));
    if (memory === undefined || memory.until <= now) return null;
    return memory.digest === digestOf(value) ? memory.result : { type: 'conflict' };
  }

  /** What remembering an id counts in the budget; the caller books it. */
  bytes(key: string, id: string): number {
    return ID_OVERHEAD + textBytes(nameOf(key, id));
  }

  remember(key: string, id: string, value: string, result: AppendResult, now: number): void {
    const name = nameOf(key, id);
    // One that is past its time but not yet swept is replaced, and must move to the end of the order.
    if (this.#memories.delete(name)) this.#budget.give(ID_OVERHEAD + textBytes(name));
    this.#memories.set(name, { digest: digestOf(value), result, until: now + IDEMPOTENCY_MS });
  }

  /** Forgets up to `limit` ids that are past their time. */
  sweep(now: number, limit: number): void {
    let swept = 0;
    for (const [name, memory] of this.#memories) {
      if (memory.until > now || swept++ === limit) return;
      this.#memories.delete(name);
      this.#budget.give(ID_OVERHEAD + textBytes(name));
    }
  }
}

/** No two pairs share a name. */
function nameOf(key: string, id: string): string {
  return `${id.length}:${id}${key}`;
}

function digestOf(value: string): string {
  return createHash('sha256').update(value).digest('base64');
}
