import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '../../src/errors.ts';
import { readDocument } from './markdown.ts';

describe('docs/operations.md', () => {
  it('has a line for each alert, and for no other', async () => {
    const rules = await readDocument('deploy/prometheus/rules/alerts.yml');
    const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name);
    const lines = [...(await readDocument('docs/operations.md')).matchAll(/^\| `(Comet\w+)` \|/gm)].map(
      ([, name]) => name,
    );
    expect(alerts.length).toBeGreaterThan(10);
    expect(lines).toEqual(alerts);
  });

  it('names errors that exist', async () => {
    const text = await readDocument('docs/operations.md');
    const named = [...text.matchAll(/`([A-Z]+_[A-Z_]+[A-Z])`/g)].map(([, name]) => name);
    expect(ERROR_CODES).toEqual(expect.arrayContaining(named));
  });
});
