import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { allowedCpus } from '../../src/cluster/cpu-pinning.ts';

describe('allowedCpus', () => {
  it.each([
    ['0-3', [0, 1, 2, 3]],
    ['5', [5]],
    ['0-1,4,8-9', [0, 1, 4, 8, 9]],
  ])('reads %s', (list, cpus) => {
    const directory = mkdtempSync(join(tmpdir(), 'comet-cpus-'));
    try {
      const status = join(directory, 'status');
      writeFileSync(status, `Name:\tnode\nCpus_allowed:\tff\nCpus_allowed_list:\t${list}\nMems_allowed:\t1\n`);
      expect(allowedCpus(status)).toEqual(cpus);
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it('is empty where the system does not tell', () => {
    expect(allowedCpus('/nowhere/status')).toEqual([]);
  });

  it('is as many as this process may use', () => {
    expect(allowedCpus()).toHaveLength(availableParallelism());
  });
});
