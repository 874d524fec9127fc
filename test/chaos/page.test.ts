import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { CampaignResult, ReloadResult, RunResult } from '../../chaos/campaign/result.ts';
import { FAULTS } from '../../chaos/faults/catalogue.ts';
import { RESULTS } from '../../chaos/paths.ts';
import type { Environment } from '../../chaos/report/environment.ts';
import { keptResults } from '../../chaos/report/kept-results.ts';
import { page } from '../../chaos/report/page.ts';
import { readDocument } from '../docs/markdown.ts';

const environment: Environment = {
  date: '2026-01-02 03:04',
  commit: 'abc1234',
  machine: 'a machine',
  load: 3,
  node: '20',
  redis: '7',
  nginx: '1',
};

function run(fault: string, ms: number | null, more: Partial<RunResult> = {}): RunResult {
  const tally = { acknowledged: 1_000, refused: 4, unknown: 2, deliveries: 5_000, told: 8, lostByRedis: 1 };
  return {
    seed: 1,
    topology: 'single',
    recoveries: [{ fault, ms, starvedMs: 0, last: '' }],
    tally,
    interruptions: 0,
    stalledMs: 0,
    isVoid: false,
    violations: {},
    ...more,
  };
}

function pageOf(...runs: RunResult[]): string {
  const campaign: CampaignResult = { kind: 'campaign', environment, seconds: 5, runs };
  return page({ campaigns: [campaign], reload: null });
}

/** The cells of the first row that begins so. */
function row(text: string, start: string): string[] {
  const line = text.split('\n').find((each) => each.startsWith(`| ${start}`)) ?? '';
  return line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
}

describe('the page of the campaign', () => {
  it('adds up what was found', () => {
    const text = pageOf(run('redis-kill', 100), run('reload', 5, { violations: { lost: 3 } }));
    expect(row(text, 'runs')).toEqual(['runs', '2', '2']);
    expect(row(text, 'acknowledged')).toEqual(['acknowledged sets and pushes', '2,000', '2,000']);
    expect(row(text, '**lost**')).toEqual(['**lost**', '3', '3']);
    expect(row(text, '**phantoms**')).toEqual(['**phantoms**', '0', '0']);
    expect(row(text, 'commit')).toEqual(['commit', 'abc1234', '']);
  });

  it('tells of each fault how often it was there, and how long it took', () => {
    const text = pageOf(
      run('redis-kill', 300),
      run('redis-kill', 100),
      run('redis-kill', 200),
      run('redis-kill', null),
    );
    expect(row(text, '`redis-kill`').slice(3, 9)).toEqual(['4', '3', '200', '300', '8', '6']);
    for (const { name } of FAULTS) expect(row(text, `\`${name}\``)).toHaveLength(10);
  });

  it('counts how often it took more than 2 s, of Redis and of all else', () => {
    const starved = (starvedMs: number) => ({
      recoveries: [{ fault: 'way-cut', ms: 2_500, starvedMs, last: 'poll of k' }],
    });
    const text = pageOf(
      run('redis-kill', 2_000),
      run('redis-kill', 2_001),
      run('redis-kill', null),
      run('way-cut', 0, starved(500)),
      run('way-cut', 0, starved(499)),
      run('reload', 1_500),
    );
    const redis = '3 of 4 (1 of them for want of CPU)';
    expect(row(text, '**resync')).toEqual(['**resync over 2 s** of Redis being back', redis, redis]);
    expect(row(text, '**recovery')).toEqual(['**recovery over 2 s** after any other fault', '0 of 1', '0 of 1']);
  });

  it('counts no run in which Redis failed over by itself', () => {
    const text = pageOf(run('reload', 5), run('reload', 5, { isVoid: true, violations: { lost: 3 } }));
    expect(row(text, 'runs')).toEqual(['runs', '1', '1']);
    expect(row(text, '**lost**')).toEqual(['**lost**', '0', '0']);
    expect(text).toContain('1 more run is not counted');
  });

  it('explains what failed, and nothing that did not, or with another server', () => {
    const runs = [run('reload', 5, { seed: 3, violations: { late: 1 } }), run('reload', 5, { seed: 4 })];
    const note = (commit: string, ...seeds: number[]) => ({ commit, seeds, text: `Why ${commit} ${seeds}.` });
    const notes = [note('abc1234', 3), note('abc1234', 4), note('abc1234', 9), note('other', 3)];
    const text = page({ campaigns: [{ kind: 'campaign', environment, seconds: 5, runs, notes }], reload: null });
    expect(text.match(/Why .*/g)).toEqual(['Why abc1234 3. (Seed 3.)']);
  });

  it('tells of the reloads, and of those who followed meanwhile', () => {
    const result = { kind: 'reload', environment, requests: 100_123, failed: 0, reloads: 16, seconds: 32.6 } as const;
    const textOf = (reload: ReloadResult) => page({ campaigns: [], reload });
    expect(textOf(result)).toContain('0 of 100,123 requests failed, during 16 reloads in 33 s (2026-01-02 03:04');
    const audience = { followers: 20, entries: 9_000, returns: 320, failed: 2 };
    expect(textOf({ ...result, audience })).toContain('got 9,000 entries and came back 320 times; 2 times something');
  });

  it('is the one that stands in the documents', async () => {
    expect(await readDocument('docs/reliability.md')).toBe(page(keptResults(RESULTS)));
  });

  it('names tests that are there', () => {
    const missing = FAULTS.filter(({ test }) => !existsSync(fileURLToPath(new URL(`../../${test}`, import.meta.url))));
    expect(missing).toEqual([]);
  });
});
