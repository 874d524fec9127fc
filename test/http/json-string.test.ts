import { expect, it } from '@jest/globals';
import { jsonString } from '../../src/http/answer/json-string.ts';

it('writes a text as JSON.stringify does, whatever it holds', () => {
  // Every unit of UTF-16, halves of surrogate pairs alone among them.
  for (let unit = 0; unit <= 0xffff; unit++) {
    const text = `a${String.fromCharCode(unit)}`;
    if (jsonString(text) !== JSON.stringify(text)) throw new Error(`U+${unit.toString(16)}: ${jsonString(text)}`);
  }
  for (const text of ['', 'plain', '"', '\\', 'two\nlines', '\u{1f600}']) {
    expect(jsonString(text)).toBe(JSON.stringify(text));
  }
});
