import type { Clock } from '../../clock.ts';
import { CometError, type ErrorCode } from '../../errors.ts';
import type { Health } from '../engine.ts';
import { Calls, type CallsOptions } from './calls.ts';
import type { EngineCall, EngineRequest, EngineResult, EngineResults } from './messages.ts';

/** Milliseconds between two looks at the deadlines, each with a ping of the primary. */
const TURN = 250;

/** The way to the primary. */
export interface StorePort {
  /** False if the channel is closed and the message was not sent; a channel that is only backed up is no reason. */
  send(message: EngineRequest): boolean;
}

/** An engine's line to the store: calls with a deadline, and whether the store answers at all. */
export class StoreLine {
  readonly #port: StorePort;
  readonly #clock: Clock;
  readonly #calls: Calls;
  #timer: NodeJS.Timeout | null = null;
  #hasAnswered = false;
  #isCut = false;

  constructor(port: StorePort, clock: Clock, options: CallsOptions) {
    this.#port = port;
    this.#clock = clock;
    this.#calls = new Calls(options);
  }

  open(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => this.#turn(), TURN);
    this.#ping();
  }

  /** Outstanding calls fail with `ENGINE_TIMEOUT`: the store may have done them. Idempotent. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#calls.rejectAll('ENGINE_TIMEOUT');
  }

  call<C extends EngineCall>(call: C): Promise<EngineResults[C['op']]> {
    return new Promise<EngineResult>((resolve, reject) => {
      if (this.#timer === null) throw new CometError('ENGINE_UNAVAILABLE');
      const id = this.#calls.open(call, this.#clock.now(), { resolve, reject });
      if (!this.send({ type: 'call', id, call })) this.#calls.reject(id, 'ENGINE_UNAVAILABLE');
    }) as Promise<EngineResults[C['op']]>;
  }

  /** Takes the store's answer to a call. */
  resolve(id: number, result: EngineResult): void {
    this.#hasAnswered = true;
    const late = this.#calls.resolve(id, result);
    if (late?.op === 'pop') this.#giveBack(late.uid, (result as EngineResults['pop']).values);
  }

  /** Takes the store's refusal of a call. */
  reject(id: number, code: ErrorCode): void {
    this.#hasAnswered = true;
    this.#calls.reject(id, code);
  }

  /** False if the channel to the primary is closed; health says so from then on. */
  send(request: EngineRequest): boolean {
    const isSent = this.#port.send(request);
    if (!isSent) this.#isCut = true;
    return isSent;
  }

  health(): Health {
    if (this.#timer === null) return { ready: false, reason: 'the engine is stopped' };
    if (this.#isCut) return { ready: false, reason: 'the channel to the primary is closed' };
    if (!this.#hasAnswered) return { ready: false, reason: 'the primary has not answered yet' };
    if (this.#calls.isLate) return { ready: false, reason: 'the primary does not answer' };
    return { ready: true };
  }

  #turn(): void {
    // Any call that is under way shows as well whether the primary answers.
    if (this.#calls.size === 0) this.#ping();
    // After a stall of this process answers may lie in the channel, unread: what has arrived is read first.
    else setImmediate(() => this.#calls.expire(this.#clock.now()));
  }

  /** Messages that came out when nobody waited for them any more. If the store is gone, so are its mailboxes. */
  #giveBack(uid: string, values: readonly string[]): void {
    if (values.length > 0) this.call({ op: 'give-back', uid, values }).catch(() => undefined);
  }

  /** Its failure shows in `health`, and is nobody else's concern. */
  #ping(): void {
    this.call({ op: 'ping' }).catch(() => undefined);
  }
}
