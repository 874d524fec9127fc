import type { Pane } from './pane.ts';
import type { Worker, WorkerAnswer } from './worker.ts';

/** Seconds that a poll waits: below what proxies and load balancers allow. */
const POLL_SECONDS = '50';
/** Milliseconds between an attempt that failed and the next. */
const PAUSE_MS = 2000;

/** Sends one poll after another and hands the answers on, until it is given another thing to follow. */
export class Follower {
  readonly #worker: Worker;
  readonly #pane: Pane;
  #abort = new AbortController();

  constructor(worker: Worker, pane: Pane) {
    this.#worker = worker;
    this.#pane = pane;
  }

  stop(): void {
    this.#abort.abort();
  }

  /**
   * `next` gives the parameters of the next poll, and hears of the answer to the last one; a problem is shown, and the
   * poll sent again.
   */
  async follow(path: string, next: (last: WorkerAnswer | null) => Readonly<Record<string, string>>): Promise<void> {
    this.stop();
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    let parameters = next(null);
    while (!signal.aborted) {
      this.#pane.state('calm', parameters.timeout === '0' ? '◌ looking where it stands' : '◌ waiting');
      try {
        parameters = next(await this.#worker.get(path, { timeout: POLL_SECONDS, ...parameters }, signal));
      } catch (error) {
        if (signal.aborted) return;
        this.#pane.state('bad', `▲ ${(error as Error).message}`);
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  }
}
