import { describe, expect, it } from '@jest/globals';
import type { WorkerProcess } from '../../src/cluster/worker-process.ts';
import { Busiest, first, shortened } from '../../src/dashboard/busiest.ts';
import type { KeyCensus } from '../../src/metrics/key-census.ts';

/** What answers like a worker. */
function worker(...answers: (KeyCensus | null)[]): WorkerProcess {
  return { busiestKeys: () => Promise.resolve(answers.shift() ?? null) } as unknown as WorkerProcess;
}

function census(
  elapsedMs: number,
  ...keys: [key: string, waiters: number, sets: number, deliveries: number][]
): KeyCensus {
  return {
    elapsedMs,
    watched: keys.length,
    keys: keys.map(([key, waiters, sets, deliveries]) => ({ key, waiters, sets, deliveries })),
  };
}

describe('the busiest keys of the machine', () => {
  it('are those of all workers: waiters and deliveries add up, a set is one set', async () => {
    const workers = [
      worker(census(2000, ['a', 3, 4, 12])),
      worker(census(1000, ['a', 2, 2, 4], ['b', 1, 0, 0])),
      worker(null),
    ];
    const found = await new Busiest(() => workers).look();
    expect(found).toEqual({
      watched: 3,
      over: 2,
      keys: [
        { key: 'a', waiters: 5, sets: 2, deliveries: 10 },
        { key: 'b', waiters: 1, sets: 0, deliveries: 0 },
      ],
    });
  });

  it('are measured over a second if nobody has looked lately', async () => {
    const workers = [worker(census(600_000, ['a', 1, 600, 0]), census(1000, ['a', 1, 5, 0]))];
    const found = await new Busiest(() => workers).measure();
    expect(found).toMatchObject({ over: 1, keys: [{ key: 'a', sets: 5 }] });
  });

  it('are asked for once by all who look at the same time', async () => {
    const busiest = new Busiest(() => [worker(census(1000, ['a', 1, 1, 1]), census(1, ['b', 1, 1, 1]))]);
    const [one, other] = await Promise.all([busiest.look(), busiest.look()]);
    expect(other).toBe(one);
  });

  it('come in the order that is asked for, without those that have none of it', () => {
    const keys = [
      { key: 'a', waiters: 1, sets: 9, deliveries: 0 },
      { key: 'b', waiters: 5, sets: 1, deliveries: 2 },
      { key: 'c', waiters: 0, sets: 1, deliveries: 3 },
    ];
    const names = (rows: readonly { key: string }[]) => rows.map(({ key }) => key).join('');
    expect(names(first(keys, 'waiters', 9))).toBe('ba');
    expect(names(first(keys, 'sets', 9))).toBe('abc');
    expect(names(first(keys, 'deliveries', 1))).toBe('c');
    expect(
      names(shortened({ watched: 3, over: 1, keys }, 1).keys)
        .split('')
        .sort()
        .join(''),
    ).toBe('abc');
  });
});
