import type { MetricsDump } from '../metrics/dump.ts';
import type { KeyCensus } from '../metrics/key-census.ts';
import type { WakeAnswer, WakeQuestion } from '../metrics/wake-question.ts';
import type { PrimaryMessage, WorkerMessage } from './messages.ts';
import { Questions } from './questions.ts';
import type { Timings } from './timings.ts';

/** A message of a worker that answers a question of the primary. */
export type Answer = Extract<WorkerMessage, { readonly type: 'metrics' | 'keys' | 'wake' }>;

/** Everything that the primary asks one worker. An answer that doesn't come in time is `null`. */
export class Inquiries {
  readonly #send: (message: PrimaryMessage) => void;
  readonly #metrics: Questions<MetricsDump>;
  readonly #keys: Questions<KeyCensus>;
  readonly #wakes: Questions<WakeAnswer>;

  /** `send` puts a question on its way. */
  constructor(timings: Timings, send: (message: PrimaryMessage) => void) {
    this.#send = send;
    this.#metrics = new Questions(timings.metrics);
    this.#keys = new Questions(timings.metrics);
    this.#wakes = new Questions(timings.wake);
  }

  metrics(): Promise<MetricsDump | null> {
    return this.#metrics.ask((id) => this.#send({ type: 'metrics', id }));
  }

  /** `limit` of each kind. */
  busiestKeys(limit: number): Promise<KeyCensus | null> {
    return this.#keys.ask((id) => this.#send({ type: 'keys', id, limit }));
  }

  wake(question: WakeQuestion): Promise<WakeAnswer> {
    return this.#wakes.ask((id) => this.#send({ type: 'wake', id, question }));
  }

  /** An answer that comes too late is dropped. */
  answer(answer: Answer): void {
    switch (answer.type) {
      case 'metrics':
        this.#metrics.answer(answer.id, answer.dump);
        return;
      case 'keys':
        this.#keys.answer(answer.id, answer.census);
        return;
      case 'wake':
        this.#wakes.answer(answer.id, answer.answer);
        return;
    }
  }

  /** The worker is gone: what is open is answered with `null`. */
  close(): void {
    this.#metrics.close();
    this.#keys.close();
    this.#wakes.close();
  }
}
