import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  /** Milliseconds until it gives up; 20 s unless told: on a busy machine processes stand still for seconds. */
  readonly timeout?: number;
  /** What was waited for: stands in the error. */
  readonly message?: string;
  /** Milliseconds between two looks; 5 unless told. */
  readonly interval?: number;
}

/**
 * Looks again and again until the condition gives something truthy, and returns that. A condition that throws counts
 * as "not yet"; its last error becomes the cause of the time-out.
 */
export async function until<T>(condition: () => T | Promise<T>, options: UntilOptions = {}): Promise<NonNullable<T>> {
  const { timeout = 20_000, message = 'the condition', interval = 5 } = options;
  const deadline = performance.now() + timeout;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value) return value;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() >= deadline) throw new Error(`waited ${timeout} ms in vain for ${message}`, { cause });
    await sleep(interval);
  }
}
