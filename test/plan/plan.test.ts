import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { demandOf } from '../../src/plan/demand.ts';
import { type Load, type Machine, timeouts, workersReached } from '../../src/plan/load.ts';
import { planFor, takeoverSeconds } from '../../src/plan/plan.ts';
import { COSTS } from './costs.ts';

const LOAD: Load = { waiters: 100_000, sets: 1_000, fanout: 1, valueBytes: 100, pollSeconds: 60, history: 16 };
const MACHINE: Machine = { cores: 8, memoryBytes: 16e9, files: 65_536, share: 0.5 };

describe('time-outs', () => {
  it('are all polls over their length when nothing is set', () => {
    expect(timeouts({ ...LOAD, sets: 0 })).toBeCloseTo(100_000 / 60);
  });

  it('are none when entries come far more often than polls end', () => {
    expect(timeouts({ ...LOAD, sets: 1e6 })).toBeCloseTo(0);
  });

  it('are what a simulation of polls that entries reach at random gives', () => {
    const load = { ...LOAD, waiters: 1, sets: 1 / 60 };
    let seed = 7;
    const random = () => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed / 2 ** 32;
    };
    let [seconds, ended] = [0, 0];
    for (let poll = 0; poll < 200_000; poll++) {
      const entry = -Math.log(1 - random()) * 60;
      seconds += Math.min(entry, 60);
      if (entry > 60) ended += 1;
    }
    expect(timeouts(load) / (ended / seconds)).toBeCloseTo(1, 1);
  });
});

describe('workers reached', () => {
  it('is one for one waiter, all of them for many, and never more than waiters or workers', () => {
    expect(workersReached(8, 1)).toBeCloseTo(1);
    expect(workersReached(8, 1_000)).toBeCloseTo(8);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }), (workers, fanout) => {
        expect(workersReached(workers, fanout)).toBeLessThanOrEqual(Math.min(workers, fanout) * (1 + 1e-9));
      }),
    );
  });
});

describe('demand', () => {
  it('adds up sets, notices, deliveries and the polls that come again', () => {
    const { workerCores, redisCores } = demandOf({ ...LOAD, pollSeconds: 1e9 }, 8, COSTS);
    expect(workerCores).toBeCloseTo((1_000 * (50 + 20 + 10 + 10)) / 1e6);
    expect(redisCores).toBeCloseTo((1_000 * (20 + 5)) / 1e6);
  });

  it('counts a notice for each worker that has one of the waiters', () => {
    const load = { ...LOAD, fanout: 1_000, pollSeconds: 1e9 };
    expect(demandOf(load, 2, COSTS).redisCores).toBeCloseTo((1_000 * (20 + 2 * 5)) / 1e6);
    expect(demandOf(load, 2, COSTS).workerCores).toBeCloseTo((1_000 * (50 + 2 * 20 + 1_000 * 20)) / 1e6);
  });
});

describe('a plan', () => {
  it.each([
    ['cpu', { ...LOAD, sets: 200_000 }, MACHINE, 5],
    // (16 GB × 50 % − 9 processes × 50 MB) / 14,096 bytes = 535,613 waiters a machine.
    ['memory', { ...LOAD, waiters: 1_000_000 }, { ...MACHINE, files: 1e6 }, 2],
    ['files', LOAD, { ...MACHINE, files: 1_200 }, 13],
  ] as const)('meets the limit of %s first', (limit, load, machine, machines) => {
    expect(planFor(load, machine, COSTS)).toMatchObject({ firstLimit: limit, machines });
  });

  it.each([
    // 1,000 sets of 90 µs are 0.09 of 4 cores; 100,000 waiters take 0.19 of the memory, and of the files.
    ['cpu', { ...LOAD, waiters: 1_000 }, MACHINE],
    ['memory', { ...LOAD, sets: 0 }, { ...MACHINE, files: 100_000 }],
    ['files', { ...LOAD, sets: 0 }, MACHINE],
  ] as const)('names %s as the one that is nearest where one machine is enough', (limit, load, machine) => {
    expect(planFor(load, machine, COSTS)).toMatchObject({ firstLimit: limit, machines: 1 });
  });

  it('gives machines that are enough, of which one less would not be', () => {
    const loads = fc.record({
      waiters: fc.integer({ min: 1, max: 10_000_000 }),
      sets: fc.integer({ min: 0, max: 100_000 }),
      fanout: fc.integer({ min: 1, max: 1_000 }),
    });
    fc.assert(
      fc.property(loads, (some) => {
        const load = { ...LOAD, ...some };
        const plan = planFor(load, MACHINE, COSTS);
        if (plan === null) throw new Error('there is such a number');
        expect(Math.ceil(Math.max(...Object.values(plan.machinesFor)))).toBe(plan.machines);
        if (plan.machines === 1) return;
        const less = (plan.machines - 1) * MACHINE.cores;
        const cpu = demandOf(load, less, COSTS).workerCores / (less * MACHINE.share);
        const files = load.waiters / less / (MACHINE.files - 200);
        const bytes = MACHINE.memoryBytes * MACHINE.share - 9 * COSTS.processBytes;
        const memory = (load.waiters * (COSTS.waiterBytes + 4096)) / (plan.machines - 1) / bytes;
        expect(Math.max(cpu, files, memory)).toBeGreaterThan(1);
      }),
    );
  });

  it('says that no number of machines is enough where one cannot even hold its own processes', () => {
    expect(planFor(LOAD, { ...MACHINE, memoryBytes: 0.5e9 }, COSTS)).toBeNull();
    expect(planFor(LOAD, { ...MACHINE, files: 200 }, COSTS)).toBeNull();
  });

  it('asks for masters as Redis needs cores, and for addresses as nginx needs ports', () => {
    const plan = planFor({ ...LOAD, sets: 100_000 }, { ...MACHINE, cores: 1 }, COSTS);
    expect(plan?.redisInstances).toBe(5);
    expect(planFor(LOAD, { ...MACHINE, cores: 1 }, COSTS)?.proxyAddresses).toBe(2);
  });

  it('tells for how long the clients of a lost machine keep the others busy', () => {
    const plan = planFor(LOAD, MACHINE, COSTS);
    expect(plan && takeoverSeconds(plan, 80_000, 1)).toBeCloseTo(1);
  });
});
