import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { PRIMARY_METRICS, WORKER_METRICS } from '../../src/metrics/catalogue.ts';
import { metricsPage } from '../../src/metrics/docs.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { ProcessMetrics } from '../../src/metrics/process-metrics.ts';

const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');

describe('docs/metrics.md', () => {
  it('has every metric as the code has it; after a change run "npm run docs"', async () => {
    expect(page).toBe(metricsPage(page, await new ProcessMetrics('1').dump()));
  });

  it('asks for no metric that is not there', async () => {
    const process = await new ProcessMetrics('1').dump();
    const names = new Set([...WORKER_METRICS, ...PRIMARY_METRICS, ...process].map(({ name }) => name));
    const prose = page.replace(/<!-- metrics.*<!-- end of metrics -->/s, '');
    const asked = prose.match(/\b(?:comet|process|nodejs)_[a-z_]*[a-z]\b/g) ?? [];
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !names.has(name.replace(/_bucket$/, '')))).toEqual([]);
  });

  it('tells the bounds of the histograms', () => {
    const bounds = new Meters().wake.bounds.join(' ');
    expect(page.replaceAll('\n', ' ')).toContain(`in seconds: ${bounds}.`);
  });
});
