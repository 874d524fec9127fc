import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../src/errors.ts';
import { PRIMARY_METRICS, WORKER_METRICS } from '../../src/metrics/catalogue.ts';
import { blocksOf, readDocument } from './markdown.ts';

const run = promisify(execFile);

describe('docs/operations.md', () => {
  it('has alerts that Prometheus takes, on metrics that exist', async () => {
    const [rules = ''] = blocksOf(await readDocument('docs/operations.md'), 'yaml');
    const known = [...WORKER_METRICS, ...PRIMARY_METRICS].map(({ name }) => name);
    const named = [...rules.matchAll(/\bcomet_\w+/g)].map(([name]) => name.replace(/_bucket$/, ''));
    expect(known).toEqual(expect.arrayContaining(named));
    const dir = await mkdtemp(join(tmpdir(), 'comet-rules-'));
    try {
      await writeFile(join(dir, 'rules.yml'), rules);
      const { stdout } = await run('promtool', ['check', 'rules', join(dir, 'rules.yml')]);
      expect(stdout).toMatch(/SUCCESS: \d+ rules found/);
    } finally {
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('names errors that exist', async () => {
    const text = await readDocument('docs/operations.md');
    const named = [...text.matchAll(/`([A-Z]+_[A-Z_]+[A-Z])`/g)].map(([, name]) => name);
    expect(ERROR_CODES).toEqual(expect.arrayContaining(named));
  });
});
