import { describe, expect, it } from '@jest/globals';
import { CATALOGUE, type CatalogueEntry, type CometError, ERROR_CODES } from '../../src/errors.ts';
import { blocksOf, readDocument } from './markdown.ts';

const ROW = /^\| (\d+) \| `(\w+)` \| (\d+) \| (yes|no) \| (.*) \|$/gm;
const page = await readDocument('docs/errors.md');

const rows = [...page.matchAll(ROW)].map(([, number, code, status, retry, message = '']) => ({
  code: code as CometError['code'],
  number: Number(number),
  status: Number(status),
  retryable: retry === 'yes',
  message: message.replaceAll('&lt;', '<').replaceAll('&gt;', '>'),
}));

describe('docs/errors.md', () => {
  it('has a row for every error, and none besides', () => {
    expect(rows.map(({ code }) => code).sort()).toEqual([...ERROR_CODES].sort());
  });

  it.each(rows)('has $code as the catalogue has it', ({ code, ...row }) => {
    expect(row).toEqual(CATALOGUE[code]);
  });

  it('shows an answer that is one', () => {
    const [example = ''] = blocksOf(page, 'json');
    const { number, message }: CatalogueEntry = CATALOGUE.PARAMETER_MISSING;
    expect(JSON.parse(example)).toEqual({
      error_code: number,
      error: 'PARAMETER_MISSING',
      message,
      parameter: 'key',
    });
  });
});

describe('the catalogue', () => {
  it('has numbers of its own for every error, apart from done and timed out', () => {
    const numbers = ERROR_CODES.map((code) => CATALOGUE[code].number);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.min(...numbers)).toBeGreaterThanOrEqual(10);
  });

  it('calls retryable what is not now, and nothing else', () => {
    for (const code of ERROR_CODES) {
      const { status, retryable } = CATALOGUE[code];
      expect([code, retryable]).toEqual([code, status === 429 || status === 503]);
    }
  });
});
