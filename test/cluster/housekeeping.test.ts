import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { WORKER_FLAGS } from '../../src/cluster/worker-flags.ts';
import { type Heap, Housekeeping } from '../../src/housekeeping.ts';

const MB = 1024 * 1024;

/** A heap that tells what was done to it. */
class FakeHeap implements Heap {
  used = 100 * MB;
  taken = 140 * MB;
  done: string[] = [];

  sizes() {
    return { used: this.used, taken: this.taken };
  }

  sweep(): void {
    this.done.push('sweep');
    this.used -= 10 * MB;
  }

  collect(): void {
    this.done.push('collect');
    this.used = 60 * MB;
    this.taken = 64 * MB;
  }
}

describe('housekeeping', () => {
  let heap: FakeHeap;
  let now: number;
  let housekeeping: Housekeeping;
  beforeEach(() => {
    heap = new FakeHeap();
    now = 1_700_000_000_000;
    housekeeping = new Housekeeping(heap, { now: () => now });
    pass(1);
  });

  /** Seconds, in each of which so many bytes more are used. */
  function pass(seconds: number, bytes = 0): void {
    for (let tick = 0; tick < seconds * 10; tick++) {
      now += 100;
      heap.used += bytes / 10;
      housekeeping.advance();
    }
  }

  it('sweeps, and collects after a rest, once', () => {
    pass(5);
    expect(heap.done).toEqual(['sweep']);
    pass(7);
    expect(heap.done).toEqual(['sweep', 'collect']);
    pass(600, 10_000);
    expect(heap.done).toEqual(['sweep', 'collect']);
  });

  it('does nothing while the worker is busy, and begins anew when it was', () => {
    pass(60, MB);
    expect(heap.done).toEqual([]);
    heap.used = 100 * MB;
    pass(6);
    expect(heap.done).toEqual(['sweep']);
    pass(2, MB);
    pass(5);
    expect(heap.done).toEqual(['sweep', 'sweep']);
    pass(8);
    expect(heap.done).toEqual(['sweep', 'sweep', 'collect']);
  });

  it('comes again after the next load', () => {
    pass(20);
    pass(3, 2 * MB);
    heap.taken = 200 * MB;
    pass(20);
    expect(heap.done).toEqual(['sweep', 'collect', 'sweep', 'collect']);
  });

  it('leaves a small gain and a large heap alone', () => {
    pass(20);
    heap.taken += 7 * MB;
    pass(2, MB);
    pass(20);
    expect(heap.done).toEqual(['sweep', 'collect']);
    heap.taken = 400 * MB;
    heap.used = 200 * MB;
    pass(60);
    expect(heap.done).toEqual(['sweep', 'collect']);
  });
});

/** Has the young generation grow by what survives, then does both steps as `Housekeeping` does, and tells its size. */
const TRIAL = `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { setTimeout as sleep } from 'node:timers/promises';
  const young = () => getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').physical_space_size;
  const kept = Array.from({ length: 400_000 }, (_, index) => ({ index }));
  const before = young();
  for (let time = 0; time < 3; time++) gc({ type: 'minor' });
  await sleep(6000);
  gc();
  console.log(JSON.stringify({ before, after: young(), kept: kept.length }));
`;

describe('a worker', () => {
  // V8 may change what it does, and Node which options it knows.
  it('gives its young generation back', async () => {
    const args = [...WORKER_FLAGS, '--input-type=module', '-e', TRIAL];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const { before, after } = JSON.parse(stdout) as { before: number; after: number };
    expect(before).toBeGreaterThan(4 * MB);
    expect(after).toBeLessThanOrEqual(2 * MB);
  });
});
