import { type CometError, isPassing } from './comet-error.ts';
import { within } from './deadline.ts';
import { Pause } from './pause.ts';
import type { Remote } from './remote.ts';

export interface PublishOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds after which it gives up, all tries together; 30,000 unless told. Below the five minutes of an `id`. */
  readonly timeout?: number;
}

export interface SetOptions extends PublishOptions {
  /** Seconds until the key expires as a whole. */
  readonly ttl?: number;
  /** Written once under this name, however often it is tried; a random one unless told. */
  readonly id?: string;
}

/** Publishes, and tries again while that may help. A push done twice would be two messages, the others are as good as done once. */
export async function publish<T>(
  remote: Remote,
  path: string,
  fields: Record<string, string>,
  { signal, timeout = 30_000 }: PublishOptions,
): Promise<T> {
  const pause = new Pause();
  return within(timeout, [signal], async (inner) => {
    for (;;) {
      try {
        return await remote.ask<T>(path, fields, 0, inner);
      } catch (error) {
        // Refused with 429 it was not even tried; after anything else it may have been done.
        const isUndone = (error as Partial<CometError> | undefined)?.status === 429;
        if (inner.aborted || !(isUndone || (path !== 'push' && isPassing(error)))) throw error;
        await pause.after(error, inner);
        if (inner.aborted) throw error;
      }
    }
  });
}
