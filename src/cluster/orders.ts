import type { Config } from '../config/options.ts';
import type { StoreMessage } from '../engine/embedded/messages.ts';
import type { MetricsDump } from '../metrics/dump.ts';
import type { KeyCensus } from '../metrics/key-census.ts';
import type { Pulse } from '../metrics/pulse.ts';
import type { WakeAnswer, WakeQuestion } from '../metrics/wake-question.ts';
import type { ListenHandle } from './listen-handle.ts';
import type { PrimaryMessage } from './messages.ts';
import { PrimaryLink } from './primary-link.ts';
import { Siblings } from './siblings.ts';

/** What the primary may have a worker do; a worker exists from the moment in which it is configured. */
export interface OrderedWorker {
  start(): void;
  /** Accepts requests on the socket and says so, or why it can't. `port` is for people to read. */
  listen(handle: ListenHandle, port: number): Promise<void>;
  /** What it tells with each answer to a ping. */
  pulse(): Pulse;
  /** Its figures as they are now. */
  dump(): Promise<MetricsDump>;
  /** The keys that are busiest there; `limit` of each kind. */
  busiestKeys(limit: number): Promise<KeyCensus>;
  /** Whom a set of another worker wakes there. */
  wake(question: WakeQuestion): Promise<WakeAnswer>;
  /** `/readyz` says 503 from now on. */
  unready(): void;
  /** Answers everybody and ends the process. */
  drain(): Promise<void>;
  /** What the embedded store in the primary says. */
  receiveFromStore(message: StoreMessage): void;
}

/** What a worker is made from. */
export interface Commission {
  readonly config: Config;
  /** Its number, 1 for the first port. */
  readonly worker: number;
  readonly link: PrimaryLink;
  readonly siblings: Siblings;
}

/** A worker's end of the channel: does what the primary says, in the order in which it says it. */
export class Orders {
  readonly #link = new PrimaryLink();
  readonly #siblings = new Siblings(this.#link);
  readonly #create: (commission: Commission) => OrderedWorker;
  #worker: OrderedWorker | null = null;
  #isUnready = false;

  /** `create` makes the worker, once the primary has sent its configuration. */
  constructor(create: (commission: Commission) => OrderedWorker) {
    this.#create = create;
  }

  start(): void {
    // A terminal and a service manager signal the whole group; the order in which things end is the primary's.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    this.#link.open((message, handle) => void this.#obey(message, handle));
  }

  async #obey(message: PrimaryMessage, handle: ListenHandle | undefined): Promise<void> {
    switch (message.type) {
      case 'configure':
        this.#configure(message.config, message.worker);
        return;
      case 'listen':
        if (handle !== undefined) await this.#worker?.listen(handle, message.port);
        return;
      case 'ping':
        this.#link.send({ type: 'pong', pulse: this.#worker?.pulse() ?? null });
        return;
      case 'metrics':
        if (this.#worker !== null) {
          this.#link.send({ type: 'metrics', id: message.id, dump: await this.#worker.dump() });
        }
        return;
      case 'keys':
        if (this.#worker !== null) {
          this.#link.send({ type: 'keys', id: message.id, census: await this.#worker.busiestKeys(message.limit) });
        }
        return;
      case 'wake': {
        const answer = (await this.#worker?.wake(message.question)) ?? null;
        this.#link.send({ type: 'wake', id: message.id, answer });
        return;
      }
      case 'siblings':
        this.#siblings.answer(message.id, message.answers);
        return;
      case 'unready':
        // It may come before there is a worker to tell.
        this.#isUnready = true;
        this.#worker?.unready();
        return;
      case 'drain':
        await this.#worker?.drain();
        return;
      case 'engine':
        this.#worker?.receiveFromStore(message.message);
        return;
    }
  }

  #configure(config: Config, worker: number): void {
    this.#worker = this.#create({ config, worker, link: this.#link, siblings: this.#siblings });
    this.#worker.start();
    if (this.#isUnready) this.#worker.unready();
  }
}
