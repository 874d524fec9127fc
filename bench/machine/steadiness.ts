import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';

/** How evenly the cores run when nothing disturbs them but the machine itself: one that is shared is halted or slowed. */
export interface Steadiness {
  /** Percent of stretches in which less than half of the usual was done. */
  readonly slow: number;
  /** Percent of the usual that was done in the slowest hundredth of all stretches, at most. */
  readonly slowest: number;
}

const STRETCH_MS = 5;
const SECONDS = 4;
/** Until the loop is compiled. */
const WARMUP_MS = 500;
/** Numbers added between two looks at the clock: some microseconds. */
const PIECE = 2_000;

/** Has a thread a core count as fast as it goes, for four seconds. */
export async function steadiness(): Promise<Steadiness> {
  const shares = (await Promise.all(cpus().map(countInThread))).flatMap(sharesOfMedian).sort((a, b) => a - b);
  const slow = shares.filter((share) => share < 0.5).length / shares.length;
  return { slow: percent(slow), slowest: percent(shares[Math.floor(shares.length / 100)] ?? 0) };
}

export function inWords({ slow, slowest }: Steadiness): string {
  return `a loop that does nothing but count, one a core, did less than half of its usual work in ${slow} % of all stretches of ${STRETCH_MS} ms, and at most ${slowest} % of it in the slowest hundredth`;
}

function countInThread(): Promise<readonly number[]> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(fileURLToPath(import.meta.url));
    thread.once('message', resolve);
    thread.once('error', reject);
  });
}

function sharesOfMedian(counts: readonly number[]): number[] {
  const median = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 1;
  return counts.map((count) => count / median);
}

function percent(share: number): number {
  return Math.round(1000 * share) / 10;
}

/** What was done in each stretch. */
function countPieces(): number[] {
  const counts: number[] = [];
  let sum = 0;
  const start = performance.now() + WARMUP_MS;
  const end = start + 1000 * SECONDS;
  for (let now = performance.now(); now < end; ) {
    const until = Math.max(now, start) + STRETCH_MS;
    let count = 0;
    for (; now < until; now = performance.now()) {
      for (let number = 0; number < PIECE; number++) sum = (sum + number) | 0;
      count++;
    }
    counts.push(count);
  }
  // Of no use but that the engine must not leave the sum out. The first stretch was the warm-up.
  return sum === 0.5 ? [] : counts.slice(1);
}

if (!isMainThread) parentPort?.postMessage(countPieces());
