import { describe, expect, it } from '@jest/globals';
import { costsFromBench, parseBenchResults } from '../../src/plan/costs-from-bench.ts';
import { predictions } from '../../src/plan/predictions.ts';

const ENVIRONMENT = { date: '2026-01-01 00:00', commit: 'abc', machine: 'a machine' };

function work(scenario: string, name: string, ...runs: (Record<string, number> | null)[]) {
  const ran = runs.map((figures) => (figures === null ? { invalid: 'broke' } : { figures }));
  return {
    scenario,
    work: name,
    subjects: [
      { subject: 'nchan', runs: [] },
      { subject: 'comet + Redis', runs: ran },
    ],
  };
}

const WORKS = [
  work('set', 'as fast as it goes', { serverCpu: 50, redisCpu: 20 }, { serverCpu: 40, redisCpu: 20 }, null, {
    serverCpu: 90,
    redisCpu: 20,
  }),
  work('fanout', 'one key', { serverCpu: 10, parkCpu: 12 }, { serverCpu: 20, parkCpu: 14 }),
  work('fanout', 'a key each', { serverCpu: 80, redisCpu: 24 }),
  work('storm', 'all at once', { serverCpu: 100 }),
  work('park', 'a key each, browser-like headers', { bytes: 10_000, redisBytes: 250, megabytesBefore: 240 }),
  work('cycle', 'closed loop', { cpu: 120, halfCpu: 200 }),
  work('scale', '20 waiters a key', { cpu: 25 }),
  work('park', 'half as many', { count: 9_000, megabytesBefore: 240, megabytes: 330 }),
];

describe('costs from a result file of the benchmark', () => {
  const results = parseBenchResults({ environment: ENVIRONMENT, works: WORKS });
  const costs = costsFromBench(results);

  it('are medians of the runs that were valid, and what is left when the known is taken off', () => {
    expect(costs).toMatchObject({ setUs: 50, deliveryUs: 15, pollUs: 13, noticeUs: 15 });
    expect(costs).toMatchObject({ redisSetUs: 20, redisNoticeUs: 4 });
    expect(costs).toMatchObject({ waiterBytes: 9_750, subscriptionBytes: 250, processBytes: 80e6 });
  });

  it('foretell the works that they were not made from', () => {
    const [cycle, unhurried, group, half] = predictions(results, costs);
    expect(cycle).toMatchObject({ foretold: 50 + 15 + 20 + 4 + 15 + 13, found: 120 });
    expect(unhurried).toMatchObject({ foretold: 50 + 15 + 20 + 4 + 15 + 13, found: 200 });
    expect(group?.foretold).toBeCloseTo((50 + 20 + 2 * (15 + 4)) / 20 + 15, 3);
    expect(half).toMatchObject({ foretold: 240 + 90, found: 330 });
  });

  it('name what is missing, and what is no result file', () => {
    const without = parseBenchResults({ environment: ENVIRONMENT, works: WORKS.slice(1) });
    expect(() => costsFromBench(without)).toThrow('no "serverCpu" of comet + Redis in set: as fast as it goes');
    expect(() => parseBenchResults({ works: 1 })).toThrow('no result file');
  });
});
