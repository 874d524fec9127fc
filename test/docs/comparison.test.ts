import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { readDocument } from './markdown.ts';

const SUFFIX = '.test.ts';

describe('docs/comparison.md', () => {
  it('has a line for each story that is tested, and for no other', async () => {
    const files = await readdir(fileURLToPath(new URL('../stories', import.meta.url)));
    const tested = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
    const lines = [...(await readDocument('docs/comparison.md')).matchAll(/^\| .* \| `([a-z-]+)` \|$/gm)];
    expect(lines.length).toBeGreaterThan(10);
    expect(lines.map(([, name]) => name).sort()).toEqual(tested.sort());
  });

  it('and each test names the reports that its line links to', async () => {
    for (const [, reports = '', name] of (await readDocument('docs/comparison.md')).matchAll(
      /^\| [^|]* \| ([^|]*) \| `([a-z-]+)` \|$/gm,
    )) {
      const linked = [...reports.matchAll(/github\.com\/([\w.-]+\/[\w.-]+)\/issues\/(\d+)/g)];
      expect(linked.length).toBeGreaterThan(0);
      const test = await readDocument(`test/stories/${name}${SUFFIX}`);
      for (const [, repository, number] of linked) expect(test).toContain(`${repository}#${number}`);
    }
  });
});
