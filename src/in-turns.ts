import { setImmediate } from 'node:timers/promises';

/** Runs work to its end and lets everything else have its turn wherever it yields. Resolves with what it returns. */
export async function inTurns<T>(work: Generator<void, T>): Promise<T> {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    await setImmediate();
  }
}
