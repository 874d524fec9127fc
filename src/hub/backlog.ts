import type { Clock } from '../clock.ts';

/** Between two attempts while the engine refuses. */
const PAUSE_MS = 250;

/**
 * Work that many topics need at once (after a reconnect): a bounded number at a time, each topic once, in order of
 * arrival. While the engine refuses it pauses: a recovering engine is asked a little, not stampeded.
 */
export class Backlog<T> {
  readonly #clock: Clock;
  readonly #concurrency: number;
  readonly #work: (topic: T) => Promise<boolean>;
  readonly #waiting = new Set<T>();
  #running = 0;
  #pausedUntil = 0;

  /** `work` never rejects; it resolves with false when the engine failed, and the topic comes again after a pause. */
  constructor(clock: Clock, concurrency: number, work: (topic: T) => Promise<boolean>) {
    this.#clock = clock;
    this.#concurrency = concurrency;
    this.#work = work;
  }

  add(topic: T): void {
    this.#waiting.add(topic);
    this.advance();
  }

  /** The engine has just failed for this topic: it is done after a pause. */
  retry(topic: T): void {
    this.#waiting.add(topic);
    this.#pausedUntil = this.#clock.now() + PAUSE_MS;
  }

  remove(topic: T): void {
    this.#waiting.delete(topic);
  }

  /** Starts what may be started; called on every turn of the wheel too. */
  advance(): void {
    if (this.#waiting.size === 0 || this.#clock.now() < this.#pausedUntil) return;
    for (const topic of this.#waiting) {
      if (this.#running >= this.#concurrency) return;
      this.#waiting.delete(topic);
      this.#running++;
      void this.#run(topic);
    }
  }

  async #run(topic: T): Promise<void> {
    const done = await this.#work(topic);
    this.#running--;
    if (done) this.advance();
    else this.retry(topic);
  }
}
