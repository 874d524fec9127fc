import { CometError } from './comet-error.ts';

/**
 * Does some work that is given up after so many milliseconds, or when `signal` says so. `extend` starts the time again.
 * What the work began with its signal ends with it: no connection is left behind.
 */
export async function within<T>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal, extend: (ms: number) => void) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const inner = controller.signal;
  const abort = () => controller.abort(signal?.reason);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const extend = (next: number) => {
    clearTimeout(timer);
    timer = setTimeout(() => controller.abort(new CometError('No answer in time.', 0, 'SILENCE')), next);
  };
  signal?.addEventListener('abort', abort, { signal: inner });
  extend(ms);
  try {
    const result = work(inner, extend);
    if (signal?.aborted) abort();
    return await result;
  } catch (error) {
    // What a body says that was aborted differs from browser to browser.
    throw inner.aborted && !(error instanceof CometError) ? inner.reason : error;
  } finally {
    clearTimeout(timer);
    controller.abort();
  }
}
