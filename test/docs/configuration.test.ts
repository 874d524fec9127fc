import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { configurationPage } from '../../src/config/docs.ts';
import { variableOf } from '../../src/config/environment.ts';
import { OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';

const PATH = new URL('../../docs/configuration.md', import.meta.url);
const page = readFileSync(PATH, 'utf8');

describe('docs/configuration.md', () => {
  it('is what "npm run docs" writes', () => {
    expect(page).toBe(configurationPage(page));
  });

  it.each(OPTION_NAMES)('has a row for %s', (name) => {
    const { help, fallback, fallbackText } = OPTIONS[name];
    const row = page.split('\n').find((line) => new RegExp(`^\\| \`--${name}[ \`]`).test(line));
    expect(row).toContain(`| \`${variableOf(name)}\` | ${fallbackText ?? `\`${String(fallback)}\``} | ${help}.`);
  });

  it('names the values of an option that has a few', () => {
    expect(page).toContain(`${OPTIONS.reading.help}. One of \`public\`, \`token\`.`);
  });

  it('names no option and no variable that does not exist', () => {
    const known = new Set<string>([...OPTION_NAMES.map(variableOf), 'COMET_CONFIG']);
    // The example of a mistake.
    const named = page.match(/\bCOMET_[A-Z_]+/g)?.filter((name) => name !== 'COMET_PROT' && name !== 'COMET_') ?? [];
    expect(named.filter((name) => !known.has(name))).toEqual([]);
  });

  it('shows a file whose keys are options', () => {
    const example = /```json\n([^`]+)```/.exec(page)?.[1] ?? '';
    const keys = Object.keys(JSON.parse(example) as object);
    expect(keys.length).toBeGreaterThan(4);
    expect(keys.filter((key) => !Object.hasOwn(OPTIONS, key))).toEqual([]);
  });

  it('refuses a page without its marks', () => {
    expect(() => configurationPage('# Configuration\n')).toThrow('lost the marks');
  });
});
