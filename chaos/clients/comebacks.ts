import { setTimeout as sleep } from 'node:timers/promises';
import type { Site } from './site.ts';

/** Until a connection that has ended is opened again. */
const RETRY_MS = 50;

/** Silence after which a connection is given up: three heartbeats of the campaign's servers. */
export const SILENCE_MS = 6_000;

/**
 * Has one connection opened after the other; resolves when the site is closed. `listen` resolves when its connection has
 * ended, and rejects if there was none; `what` it is stands beside such a failure.
 */
export async function comeBack(site: Site, what: string, listen: (turn: number) => Promise<void>): Promise<void> {
  for (let turn = 0; !site.isClosed; turn++) {
    try {
      await listen(turn);
    } catch (error) {
      if (!site.isClosed) site.recorder.unopened.push(`${what}: ${error}`);
    }
    if (site.isClosed) return;
    site.recorder.interruptions++;
    await sleep(RETRY_MS);
  }
}
