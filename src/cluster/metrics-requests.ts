import type { MetricsDump } from '../metrics/dump.ts';

/** The questions for metrics that one worker has not answered yet. Each is settled by its answer, its deadline or the end. */
export class MetricsRequests {
  readonly #open = new Map<number, (dump: MetricsDump | null) => void>();
  readonly #deadline: number;
  readonly #send: (id: number) => void;
  #lastId = 0;

  /** `deadline` in milliseconds; `send` puts a question on its way. */
  constructor(deadline: number, send: (id: number) => void) {
    this.#deadline = deadline;
    this.#send = send;
  }

  /** Resolves with the answer, or with `null` when it doesn't come in time. */
  ask(): Promise<MetricsDump | null> {
    const id = ++this.#lastId;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, null), this.#deadline);
      this.#open.set(id, (dump) => {
        clearTimeout(timer);
        resolve(dump);
      });
      this.#send(id);
    });
  }

  /** An answer to a question that is settled already is dropped. */
  answer(id: number, dump: MetricsDump | null): void {
    const settle = this.#open.get(id);
    this.#open.delete(id);
    settle?.(dump);
  }

  /** The worker is gone. */
  close(): void {
    for (const id of [...this.#open.keys()]) this.answer(id, null);
  }
}
