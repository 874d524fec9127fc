import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { EngineCall, EngineRequest, EngineResult, StoreMessage } from './messages.ts';
import { Outbox } from './outbox.ts';
import type { Watchers } from './watchers.ts';

/** Names in one `live` message, so that a worker that watches very many is not told in one huge one. */
const LIVE_BATCH = 5_000;

export interface StoreConnectionOptions {
  readonly send: (message: StoreMessage) => void;
  readonly clock: Clock;
  readonly keys: Watchers<StoreConnection>;
  readonly uids: Watchers<StoreConnection>;
  /** Does a call; throws `CometError` for a refusal. */
  readonly perform: (call: EngineCall) => EngineResult;
}

/** One worker's side of the store. */
export class StoreConnection {
  readonly #options: StoreConnectionOptions;
  readonly #outbox: Outbox;
  readonly #keys = new Set<string>();
  readonly #uids = new Set<string>();
  /** Of the last `watch` that was taken. */
  #round = 0;
  #isClosed = false;

  constructor(options: StoreConnectionOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.send);
  }

  /** Takes a message of the worker, and answers calls before it returns. */
  receive(request: EngineRequest): void {
    if (this.#isClosed) return;
    switch (request.type) {
      case 'call':
        this.#answer(request.id, request.call);
        return;
      case 'watch':
        this.#round = request.round;
        this.#watch(request.keys, request.uids);
        return;
      case 'unwatch':
        this.#unwatch(request.keys, request.uids);
        return;
      case 'received':
        if (this.#outbox.confirm(request.weight)) this.#live([...this.#keys], [...this.#uids]);
        return;
    }
  }

  /** Passes on a notice for something that it watches. */
  notify(message: StoreMessage): void {
    this.#outbox.notify(message);
  }

  /** The worker is gone: nothing is sent to it from now on. Idempotent. */
  close(): void {
    this.#isClosed = true;
    this.#unwatch(this.#keys, this.#uids);
  }

  #answer(id: number, call: EngineCall): void {
    if (this.#outbox.isFull) {
      this.#outbox.send({ type: 'failure', id, code: 'ENGINE_BUSY' });
      return;
    }
    try {
      const result = this.#options.perform(call);
      this.#outbox.send({ type: 'result', id, result, now: this.#options.clock.now() });
    } catch (error) {
      if (!(error instanceof CometError)) throw error;
      this.#outbox.send({ type: 'failure', id, code: error.code });
    }
  }

  #watch(keys: readonly string[], uids: readonly string[]): void {
    for (const key of keys) {
      this.#keys.add(key);
      this.#options.keys.add(key, this);
    }
    for (const uid of uids) {
      this.#uids.add(uid);
      this.#options.uids.add(uid, this);
    }
    // Otherwise it is told with everything else, once the worker has caught up.
    if (!this.#outbox.isLossy) this.#live(keys, uids);
  }

  #unwatch(keys: Iterable<string>, uids: Iterable<string>): void {
    for (const key of keys) {
      this.#keys.delete(key);
      this.#options.keys.remove(key, this);
    }
    for (const uid of uids) {
      this.#uids.delete(uid);
      this.#options.uids.remove(uid, this);
    }
  }

  #live(keys: readonly string[], uids: readonly string[]): void {
    const now = this.#options.clock.now();
    const round = this.#round;
    for (let i = 0; i < Math.max(keys.length, uids.length); i += LIVE_BATCH) {
      const end = i + LIVE_BATCH;
      this.#outbox.send({ type: 'live', round, keys: keys.slice(i, end), uids: uids.slice(i, end), now });
    }
  }
}
