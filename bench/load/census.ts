import { setTimeout as sleep } from 'node:timers/promises';
import { Invalid } from '../invalid.ts';
import type { Target } from './target.ts';

const PATIENCE_MS = 60_000;
const PAUSE_MS = 50;

/** Resolves when the server says that so many polls are parked. */
export async function allParked(target: Target, waiters: number): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  let parked = 0;
  while (performance.now() < deadline) {
    parked = await countParked(target);
    if (parked === waiters) return;
    await sleep(PAUSE_MS);
  }
  throw new Invalid(`${parked} of ${waiters} polls are parked after ${PATIENCE_MS / 1000} s`);
}

async function countParked({ census }: Target): Promise<number> {
  const text = await (await fetch(census.url)).text();
  const found = text.matchAll(new RegExp(census.pattern, 'gm'));
  return [...found].reduce((sum, [, number]) => sum + Number(number), 0);
}
