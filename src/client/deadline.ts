import { CometError } from './comet-error.ts';

/** Any of them ends the work; browsers of before 2024 have no `AbortSignal.any`. */
export type Signals = readonly (AbortSignal | undefined)[];

/**
 * Does some work that is given up after so many milliseconds, or when one of the signals says so. `extend` starts the time again.
 * What the work began with its signal ends with it: no connection is left behind.
 */
export async function within<T>(
  ms: number,
  signals: Signals,
  work: (signal: AbortSignal, extend: (ms: number) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const inner = controller.signal;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const extend = (next: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new CometError('No answer in time.', 0, 'SILENCE')), next);
  };
  extend(ms);
  try {
    const result = work(inner, extend);
    for (const signal of signals) {
      const abort = () => controller.abort(signal?.reason);
      signal?.addEventListener('abort', abort, { signal: inner });
      if (signal?.aborted) abort();
    }
    return await result;
  } catch (error) {
    // What a body says that was aborted differs from browser to browser.
    throw inner.aborted && !(error instanceof CometError) ? inner.reason : error;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
