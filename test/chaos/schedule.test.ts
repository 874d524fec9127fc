import { describe, expect, it } from '@jest/globals';
import { inWords, schedule } from '../../chaos/campaign/schedule.ts';
import { readCommandLine } from '../../chaos/command-line.ts';
import { TOPOLOGIES } from '../../chaos/deployment/store.ts';
import { FAULTS } from '../../chaos/faults/catalogue.ts';
import { numberOf, payload } from '../../chaos/history/payload.ts';
import { Random } from '../../chaos/random.ts';

const SEEDS = Array.from({ length: 200 }, (_, index) => index + 1);

describe.each(TOPOLOGIES)('schedules of the topology %s', (topology) => {
  const of = (seed: number) => schedule({ seed, topology, seconds: 8, faults: FAULTS });

  it('are the same for the same seed, and others for others', () => {
    expect(SEEDS.map((seed) => inWords(of(seed)))).toEqual(SEEDS.map((seed) => inWords(of(seed))));
    expect(new Set(SEEDS.map((seed) => inWords(of(seed)))).size).toBe(SEEDS.length);
  });

  it('hold every fault that can happen there, and no other', () => {
    const names = new Set(SEEDS.flatMap((seed) => of(seed).steps.map(({ fault }) => fault.name)));
    const fitting = FAULTS.filter(({ topologies }) => topologies.includes(topology));
    expect([...names].sort()).toEqual(fitting.map(({ name }) => name).sort());
  });

  it('never break one part twice at once, and leave time for what follows', () => {
    for (const { steps } of SEEDS.map(of)) {
      expect(new Set(steps.map(({ fault }) => fault.part)).size).toBe(steps.length);
      for (const { fault, at, hold } of steps) {
        expect(at).toBeLessThanOrEqual(4_000);
        expect(hold).toBeGreaterThanOrEqual(fault.hold[0]);
        expect(hold).toBeLessThanOrEqual(fault.hold[1]);
      }
    }
  });
});

describe('the catalogue of faults', () => {
  it('names each once', () => {
    expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length);
  });
});

describe('random numbers', () => {
  it('follow from the seed, lie where they should, and choose everything', () => {
    const draw = (seed: number) => {
      const random = new Random(seed);
      return Array.from({ length: 1_000 }, () => random.between(2, 4));
    };
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
    expect(Math.min(...draw(3))).toBeGreaterThanOrEqual(2);
    expect(Math.max(...draw(3))).toBeLessThan(4);
    const random = new Random(4);
    expect(new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']));
  });
});

describe('payloads', () => {
  it('say which they are, and nothing that was changed passes for one', () => {
    for (let number = 1; number <= 20; number++) {
      expect(numberOf(payload(number))).toBe(number);
      expect(numberOf(`${payload(number)}x`)).toBeNaN();
      expect(numberOf(payload(number).slice(0, -1))).toBeNaN();
    }
    expect(numberOf('')).toBeNaN();
  });
});

describe('the command line', () => {
  it('knows what it can break, and says what it does not know', () => {
    const line = readCommandLine([
      '--seed',
      '7',
      '--runs',
      '3',
      '--faults',
      'reload,redis-kill',
      '--topology',
      'single',
    ]);
    expect(line).toMatchObject({ command: 'campaign', seed: 7, runs: 3, topology: 'single' });
    expect(line.faults.map(({ name }) => name)).toEqual(['reload', 'redis-kill']);
    expect(readCommandLine(['reload', '--requests', '5'])).toMatchObject({ command: 'reload', requests: 5 });
    expect(() => readCommandLine(['--faults', 'flood'])).toThrow('there is no fault "flood"');
    expect(() => readCommandLine(['--topology', 'ring'])).toThrow('there is no topology "ring"');
    expect(() => readCommandLine(['--runs', 'many'])).toThrow('--runs must be a number above 0');
    expect(() => readCommandLine(['relod'])).toThrow('"relod" is neither reload nor page');
  });
});
