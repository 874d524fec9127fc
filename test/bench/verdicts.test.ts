import { describe, expect, it } from '@jest/globals';
import type { Results, Run } from '../../bench/report/results.ts';
import { verdicts } from '../../bench/report/verdicts.ts';
import { FULL } from '../../bench/scenarios/size.ts';

/** Results of the fan-out on one key: CPU a delivery of the server and of nchan, run by run. */
function fanout(comet: readonly Run[], nchan: readonly Run[]): Results {
  return {
    environment: { date: '', commit: '', machine: '', cores: 2, fileLimit: 20_000, versions: {}, busyBefore: 0 },
    size: FULL,
    leftOut: [],
    works: [
      {
        scenario: 'fanout',
        work: 'one key',
        subjects: [
          { subject: 'comet + Redis', runs: comet },
          { subject: 'nchan', runs: nchan },
        ],
      },
    ],
  };
}

function cpu(value: number): Run {
  return { figures: { cpu: value }, curve: [] };
}

function row(results: Results, start: string): string {
  return (
    verdicts(results)
      .split('\n')
      .find((line) => line.startsWith(`| ${start}`)) ?? ''
  );
}

const GOAL = 'fan-out, 1 key: CPU a delivery | against nchan';
const broken: Run = { invalid: 'a connection was closed' };

describe('the numbers to reach', () => {
  it('judges by the median of the ratios of single runs', () => {
    const results = fanout([cpu(10), cpu(40), cpu(12)], [cpu(10), cpu(50), cpu(10)]);
    expect(row(results, GOAL)).toContain('**1.00** (0.80 – 1.20) | reached |');
  });

  it('says what is not reached', () => {
    expect(row(fanout([cpu(11)], [cpu(10)]), GOAL)).toContain('| **not reached** |');
  });

  it('does not count a run in which either side broke', () => {
    const results = fanout([broken, cpu(20), cpu(9)], [cpu(10), broken, cpu(10)]);
    expect(row(results, GOAL)).toContain('**0.90** (0.90 – 0.90) | reached |');
  });

  it('does not take broken runs for reached', () => {
    expect(row(fanout([broken], [cpu(10)]), GOAL)).toContain('| not measured |  |');
  });

  it('has a row for everything that was not measured', () => {
    expect(verdicts(fanout([], [])).match(/not measured/g)).toHaveLength(13);
  });
});
