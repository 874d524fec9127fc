import { setTimeout as sleep } from 'node:timers/promises';

/** Seconds: the longest pause after a first failure, and after many. */
const FIRST_SECONDS = 1;
const LONGEST_SECONDS = 30;

/** Pauses between failures: anything up to a bound that doubles, so that clients of one server don't come back together. */
export class Retreat {
  #failures = 0;

  /** It worked: the next failure is a first one. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits after a failure, at least as long as the server asked for. Ends early with the signal. */
  async wait(atLeastSeconds: number, signal: AbortSignal): Promise<void> {
    const most = Math.min(LONGEST_SECONDS, FIRST_SECONDS * 2 ** this.#failures++);
    const seconds = Math.max(atLeastSeconds, Math.random() * most);
    try {
      await sleep(seconds * 1000, undefined, { signal });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}
