import { CometError } from '../../errors.ts';
import type { Reply } from './client.ts';
import type { Connection } from './connection.ts';

/** WAITs of one connection. */
interface Waits {
  /** The last one that was sent; never rejects. */
  last: Promise<unknown>;
  /** The one that goes out when `last` has come back, for all that was written until then. */
  next: Promise<Reply> | null;
}

/** Waits until what was written on a connection is on enough replicas: one WAIT for all that came while another ran. */
export class Replication {
  readonly #replicas: number;
  readonly #timeoutMs: number;
  readonly #waits = new WeakMap<Connection, Waits>();

  /** `timeoutMs` is how long Redis waits; it answers nothing else on that connection meanwhile. */
  constructor(replicas: number, timeoutMs: number) {
    this.#replicas = replicas;
    this.#timeoutMs = timeoutMs;
  }

  /** Rejects with `REDIS_NOT_REPLICATED` if there are too few in time, or if that can't be known. */
  async reached(connection: Connection): Promise<void> {
    const waits = this.#waits.get(connection) ?? { last: Promise.resolve(), next: null };
    this.#waits.set(connection, waits);
    waits.next ??= this.#after(connection, waits);
    const replicas = await waits.next.catch((cause: unknown) => {
      throw new CometError('REDIS_NOT_REPLICATED', { cause });
    });
    if (Number(replicas) < this.#replicas) throw new CometError('REDIS_NOT_REPLICATED');
  }

  async #after(connection: Connection, waits: Waits): Promise<Reply> {
    await waits.last;
    waits.next = null;
    const sent = connection.send(['WAIT', String(this.#replicas), String(Math.ceil(this.#timeoutMs))]);
    waits.last = sent.catch(() => undefined);
    return await sent;
  }
}
