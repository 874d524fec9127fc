import type { CometError } from './comet-error.ts';
import { type Signals, within } from './deadline.ts';

/** Milliseconds: the longest pause after the first failure, and after many. */
const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** Pauses between failures: anything up to a bound that doubles (full jitter), so that clients don't come back together. */
export class Pause {
  #failures = 0;

  /** It worked: the next failure is a first one. */
  reset(): void {
    this.#failures = 0;
  }

  /** Waits after a failure, at least as long as the server asked for. Ends early, without an error, with any of the signals. */
  after(error: unknown, ...signals: Signals): Promise<void> {
    const asked = (error as Partial<CometError> | undefined)?.retryAfter ?? 0;
    const most = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#failures++);
    return within(Math.max(asked, Math.random() * most), signals, (inner) => {
      return new Promise((resolve) => {
        inner.onabort = () => resolve();
      });
    });
  }
}
