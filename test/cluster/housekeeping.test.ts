import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { workerFlags } from '../../src/cluster/worker-flags.ts';
import { type Heap, Housekeeping } from '../../src/housekeeping.ts';

const MB = 1024 * 1024;

/** A heap that tells what was done to it. */
class FakeHeap implements Heap {
  used = 100 * MB;
  taken = 140 * MB;
  done = 0;
  isSlow = false;
  finish: (() => void) | null = null;

  sizes() {
    return { used: this.used, taken: this.taken };
  }

  collect(done: () => void): void {
    this.done++;
    this.used = 60 * MB;
    this.taken = 64 * MB;
    this.finish = done;
    if (!this.isSlow) done();
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

  it('collects once the worker is quiet, and not again', () => {
    pass(2, MB);
    pass(2);
    expect(heap.done).toBe(0);
    pass(3);
    expect(heap.done).toBe(1);
    pass(600, 10_000);
    expect(heap.done).toBe(1);
  });

  it('does nothing while the worker is busy, and waits again when it was', () => {
    pass(20, MB);
    pass(2);
    pass(2, MB);
    pass(2);
    expect(heap.done).toBe(0);
    pass(3);
    expect(heap.done).toBe(1);
  });

  it('comes again after the next load', () => {
    pass(20);
    pass(3, 2 * MB);
    heap.taken = 200 * MB;
    pass(20);
    expect(heap.done).toBe(2);
  });

  it('leaves a small gain and a large heap alone', () => {
    pass(20);
    heap.taken += 7 * MB;
    pass(2, MB);
    pass(20);
    expect(heap.done).toBe(1);
    heap.taken = 400 * MB;
    heap.used = 200 * MB;
    pass(60);
    expect(heap.done).toBe(1);
  });

  it('waits for a collection that is under way', () => {
    heap.isSlow = true;
    pass(5);
    heap.taken = 200 * MB;
    pass(60);
    expect(heap.done).toBe(1);
    heap.finish?.();
    heap.taken = 300 * MB;
    pass(1, 2 * MB);
    pass(5);
    expect(heap.done).toBe(2);
  });

  it('does not come for what gathers while next to nothing happens, and is collected by V8', () => {
    pass(20);
    for (let minute = 0; minute < 10; minute++) {
      pass(60, 400 * 1024);
      heap.used -= 23 * MB;
      heap.taken += 5 * MB;
    }
    expect(heap.done).toBe(1);
  });

  it('takes a collection by V8 for a load while there is one', () => {
    for (let second = 0; second < 60; second++) {
      pass(1, 2 * MB);
      if (second % 5 !== 0) heap.used -= 5 * MB;
    }
    expect(heap.done).toBe(0);
  });
});

const BUILT = new URL('../../dist/housekeeping.js', import.meta.url).href;

/** Has the heap of a process grow, young and old with gaps, and ends once all but a little of what is free was given back. */
const TRIAL = `
  import { getHeapStatistics } from 'node:v8';
  import { Housekeeping } from ${JSON.stringify(BUILT)};
  const taken = () => getHeapStatistics().total_heap_size;
  let all = Array.from({ length: 600_000 }, (_, index) => ({ index }));
  all = all.filter((_, index) => index % 4 === 0);
  globalThis.kept = all;
  const before = taken();
  const housekeeping = Housekeeping.ofProcess({ now: Date.now });
  setInterval(() => {
    housekeeping.advance();
    const { total_heap_size: after, used_heap_size: used } = getHeapStatistics();
    if (after > before - 8 * 1024 * 1024 || after - used > 4 * 1024 * 1024) return;
    console.log('in order');
    process.exit();
  }, 100);
`;

describe('a worker', () => {
  // V8 may change what it does, and Node which options it knows.
  it('gives back all but a little of what it does not use', async () => {
    const args = [...workerFlags(''), '--input-type=module', '-e', TRIAL];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 30_000 });
    expect(stdout).toBe('in order\n');
  });

  it('runs with what NODE_OPTIONS says of its heap', () => {
    expect(workerFlags('--max-old-space-size=64')).toContain('--max-semi-space-size=32');
    expect(workerFlags('--max_semi_space_size=8 --max-old-space-size=64')).toEqual(['--no-memory-reducer']);
  });
});
