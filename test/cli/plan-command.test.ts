import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runMain } from './run-main.ts';

describe('comet plan', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'comet-plan-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('tells what a load needs, and what runs out first', async () => {
    const { code, stdout, stderr } = await runMain([
      'plan',
      '--waiters',
      '1000000',
      '--sets',
      '5000',
      '--fanout',
      '20',
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^waiters +1,000,000 on 50,000 keys$/m);
    expect(stdout).toMatch(/^deliveries a second +100,000$/m);
    expect(stdout).toMatch(/^machines +\d+ carry it; \d+ with 1 to spare$/m);
    expect(stdout).toMatch(
      /^first limit +(CPU|memory|open files).* \(cpu asks for [\d.]+ machines, memory [\d.]+, files [\d.]+\)$/m,
    );
  });

  it('says which machine it has in mind, and how much of the only one is used', async () => {
    const { stdout } = await runMain(['plan', '--waiters', '400000', '--sets', '0']);
    expect(stdout).toMatch(
      /^a machine +8 cores, 16 GB, 65,536 files a worker; 50 % of CPU and memory for the load \(--cores, --memory, --files, --share\)$/m,
    );
    expect(stdout).toMatch(
      /^first limit +open files of a worker \(cpu [\d.]+ %, memory [\d.]+ %, files 77 % of what they may take\)$/m,
    );
  });

  it('takes how long polls last from the configuration', async () => {
    const { stdout } = await runMain(['plan', '--waiters', '3000', '--sets', '0', '--get-timeout', '300']);
    expect(stdout).toMatch(/^time-outs a second +10$/m);
  });

  it('is JSON for programs', async () => {
    const { stdout } = await runMain(['plan', '--json', '--cores', '2']);
    expect(JSON.parse(stdout)).toMatchObject({ load: { waiters: 100_000 }, machine: { cores: 2 }, spare: 1 });
  });

  it('takes the costs of a result file, and says what is wrong with one', async () => {
    const file = join(folder, 'results.json');
    writeFileSync(file, '{"environment":{}}');
    const { code, stderr } = await runMain(['plan', '--results', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('--results: it is no result file of "npm run bench"');
    expect((await runMain(['plan', '--results', join(folder, 'none')])).stderr).toContain('ENOENT');
    const page = new URL('../../bench/results/page.json', import.meta.url).pathname;
    expect((await runMain(['plan', '--results', page])).code).toBe(0);
  });

  it.each([
    [['--waiters', '10', '--fanout', '11'], '--fanout: must be at most --waiters'],
    [['--memory', '1', '--cores', '100'], '--memory, --files: no number of such machines is enough'],
    [['--waiters', 'many'], '--waiters: must be a whole number'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await runMain(['plan', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
