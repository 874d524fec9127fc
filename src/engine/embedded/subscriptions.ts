import type { EngineRequest } from './messages.ts';
import { Topics } from './topics.ts';

/** The keys and mailboxes that an engine watches; changes within one turn of the event loop travel together. */
export class Subscriptions {
  readonly keys: Topics;
  readonly uids: Topics;
  readonly #send: (request: EngineRequest) => void;
  #flush: NodeJS.Immediate | null = null;
  #isOpen = false;
  #round = 0;

  constructor(send: (request: EngineRequest) => void) {
    this.#send = send;
    this.keys = new Topics(() => this.#schedule());
    this.uids = new Topics(() => this.#schedule());
  }

  /** Sends from now on; what was watched before goes first. */
  open(): void {
    this.#isOpen = true;
    this.#schedule();
  }

  /** Sends nothing from now on. */
  close(): void {
    this.#isOpen = false;
    if (this.#flush !== null) clearImmediate(this.#flush);
    this.#flush = null;
  }

  #schedule(): void {
    if (!this.#isOpen) return;
    this.#flush ??= setImmediate(() => {
      this.#flush = null;
      this.#sendChanges();
    });
  }

  #sendChanges(): void {
    const round = ++this.#round;
    const keys = this.keys.changes(round);
    const uids = this.uids.changes(round);
    if (keys.unwatch.length + uids.unwatch.length > 0) {
      this.#send({ type: 'unwatch', keys: keys.unwatch, uids: uids.unwatch });
    }

    if (keys.watch.length + uids.watch.length > 0) {
      this.#send({ type: 'watch', round, keys: keys.watch, uids: uids.watch });
    }
  }
}
