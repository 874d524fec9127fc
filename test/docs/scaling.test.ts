import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { costsFromBench, parseBenchResults } from '../../src/plan/costs-from-bench.ts';
import { measuredModule, scalingPage } from '../../src/plan/docs.ts';
import { predictions } from '../../src/plan/predictions.ts';

const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

describe('docs/scaling.md', () => {
  const results = parseBenchResults(JSON.parse(textOf('bench/results/page.json')));
  const costs = costsFromBench(results);
  const page = textOf('docs/scaling.md');

  it('shows the costs and errors of the benchmark page; after a run of it, run "npm run docs"', () => {
    expect(page).toBe(scalingPage(page, costs, predictions(results, costs)));
  });

  it('has the costs that the code has', () => {
    expect(textOf('src/plan/measured.ts')).toBe(measuredModule(costs));
  });

  it('refuses a page without its marks', () => {
    expect(() => scalingPage('# Scaling\n', costs, [])).toThrow('lost the marks');
  });
});
