import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findSyntaxError } from '../../src/config/json-syntax.ts';

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('JSON syntax', () => {
  it.each([
    ['', 1, 1],
    ['{"a": 1,}', 1, 9],
    ['{"a": 1 "b": 2}', 1, 9],
    ["{'a': 1}", 1, 2],
    ['{\n  "a": 1,\n  // why\n  "b": 2\n}', 3, 3],
    ['{"a": 01}', 1, 8],
    ['{"a": "no end}', 1, 7],
    ['{"a": "tab\there"}', 1, 7],
    ['{"a": tru}', 1, 7],
    ['{"a": [1, 2}', 1, 12],
    ['{} {}', 1, 4],
    ['{"a": "\\x"}', 1, 7],
  ])('of %j ends at %d:%d', (text, line, column) => {
    expect(findSyntaxError(text)).toEqual({ line, column });
  });

  it('is what JSON.parse takes, for any JSON with any slip', () => {
    const slips = fc.tuple(
      fc.json(),
      fc.nat(),
      fc.nat(3),
      fc.constantFrom('', ',', '"', '}', '\n', '0', '\\', '\u0000', 'e'),
    );
    fc.assert(
      fc.property(slips, ([json, at, cut, put]) => {
        const start = at % (json.length + 1);
        const text = json.slice(0, start) + put + json.slice(start + cut);
        expect(findSyntaxError(json)).toBeNull();
        expect(findSyntaxError(text) === null).toBe(isJson(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not run out of stack', () => {
    expect(findSyntaxError('['.repeat(1_000_000))).toEqual({ line: 1, column: expect.any(Number) });
  });
});
