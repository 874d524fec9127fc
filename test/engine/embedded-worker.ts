import { type EngineCall, type EngineResults, type StoreMessage, weigh } from '../../src/engine/embedded/messages.ts';
import type { EmbeddedStore } from '../../src/engine/embedded/store.ts';
import { CometError } from '../../src/errors.ts';

/** A worker's bare connection to a store: what it was sent is written down, and confirmed only when told so. */
export class BareWorker {
  readonly received: StoreMessage[] = [];
  readonly connection: ReturnType<EmbeddedStore['connect']>;
  #calls = 0;
  #rounds = 0;
  #unconfirmed = 0;

  constructor(store: EmbeddedStore) {
    this.connection = store.connect((message) => {
      this.received.push(message);
      this.#unconfirmed += weigh(message);
    });
  }

  /** Returns the answer, or throws the failure. */
  call<C extends EngineCall>(call: C): EngineResults[C['op']] {
    const id = ++this.#calls;
    this.connection.receive({ type: 'call', id, call });
    const answer = this.received.findLast((message) => 'id' in message && message.id === id);
    if (answer?.type === 'failure') throw new CometError(answer.code);
    if (answer?.type !== 'result') throw new Error('the call was not answered');
    return answer.result as EngineResults[C['op']];
  }

  watch(keys: readonly string[], uids: readonly string[] = []): void {
    this.connection.receive({ type: 'watch', round: ++this.#rounds, keys, uids });
  }

  /** Sends the receipt for everything so far. */
  confirm(): void {
    const weight = this.#unconfirmed;
    this.#unconfirmed = 0;
    this.connection.receive({ type: 'received', weight });
  }

  of<T extends StoreMessage['type']>(type: T): Extract<StoreMessage, { type: T }>[] {
    return this.received.filter((message) => message.type === type) as Extract<StoreMessage, { type: T }>[];
  }
}

/** A call that appends, without ttl and id unless told. */
export function append(key: string, value: string, { ttl = 0, id = '' } = {}): Extract<EngineCall, { op: 'append' }> {
  return { op: 'append', key, value, options: { ttl, id } };
}
