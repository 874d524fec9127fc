import { CometError, type ErrorCode } from '../../errors.ts';
import { type EngineCall, type EngineResult, weighCall } from './messages.ts';

export interface CallsOptions {
  /** Milliseconds until a call that got no answer fails. */
  readonly timeoutMs: number;
  /** Calls that may be under way. */
  readonly maxCalls: number;
  /** Weight of calls that may be under way. */
  readonly maxWeight: number;
}

interface Call {
  readonly call: EngineCall;
  readonly weight: number;
  readonly deadline: number;
  /** `null` once it has timed out: it still is under way. */
  settle: Settle | null;
}

interface Settle {
  resolve(result: EngineResult): void;
  reject(error: CometError): void;
}

/**
 * The calls that the store has not answered yet. One that has timed out goes on counting until it is answered, so
 * that nothing piles up behind a primary that stands still.
 */
export class Calls {
  readonly #options: CallsOptions;
  /** By id; all have the same time, so the one that is due first stands first. */
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  #weight = 0;
  #lateId = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
  }

  /** Some call got no answer in time and has none yet. */
  get isLate(): boolean {
    return this.#lateId !== 0;
  }

  get size(): number {
    return this.#calls.size;
  }

  /** The id for a call; throws `ENGINE_BUSY` if too many are under way. */
  open(call: EngineCall, now: number, settle: Settle): number {
    const weight = weighCall(call);
    if (this.#calls.size >= this.#options.maxCalls || this.#weight + weight > this.#options.maxWeight) {
      throw new CometError('ENGINE_BUSY');
    }
    const id = ++this.#lastId;
    this.#calls.set(id, { call, weight, deadline: now + this.#options.timeoutMs, settle });
    this.#weight += weight;
    return id;
  }

  /** Returns the call if nobody waits for its result any more, else `null`. */
  resolve(id: number, result: EngineResult): EngineCall | null {
    const closed = this.#close(id);
    closed?.settle?.resolve(result);
    return closed?.settle === null ? closed.call : null;
  }

  reject(id: number, code: ErrorCode): void {
    this.#close(id)?.settle?.reject(new CometError(code));
  }

  /** Fails every call that is past its deadline. */
  expire(now: number): void {
    for (const [id, call] of this.#calls) {
      if (call.deadline > now) return;
      this.#lateId = id;
      call.settle?.reject(new CometError('ENGINE_TIMEOUT'));
      call.settle = null;
    }
  }

  /** Fails every call; none of them is awaited any more. */
  rejectAll(code: ErrorCode): void {
    for (const id of [...this.#calls.keys()]) this.reject(id, code);
  }

  #close(id: number): Call | null {
    const call = this.#calls.get(id);
    if (call === undefined) return null;
    this.#calls.delete(id);
    this.#weight -= call.weight;
    // The channel keeps order: whatever was late before this one was answered before it.
    if (id >= this.#lateId) this.#lateId = 0;
    return call;
  }
}
