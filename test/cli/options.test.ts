import { describe, expect, it } from '@jest/globals';
import { variableOf } from '../../src/config/environment.ts';
import { OPTION_GROUPS, type Option } from '../../src/config/option.ts';
import {
  type Config,
  fieldOf,
  isOptionName,
  OPTION_NAMES,
  OPTIONS,
  type OptionName,
} from '../../src/config/options.ts';
import { parseValue } from '../../src/config/value.ts';

const rows: [OptionName, Option][] = OPTION_NAMES.map((name) => [name, OPTIONS[name]]);

/** What is wrong with a value, or the value it stands for. */
function parse(name: OptionName, given: unknown): unknown {
  const parsed = parseValue<unknown>(OPTIONS[name], given);
  return parsed.ok ? parsed.value : parsed.messages;
}

describe('option table', () => {
  it.each(rows)('%s is complete, and its default is right', (name, row) => {
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(variableOf(name)).toBe(`COMET_${name.toUpperCase().replaceAll('-', '_')}`);
    expect(row.help).toMatch(/^[A-Za-z].*[^.]$/);
    expect(Object.keys(OPTION_GROUPS)).toContain(row.group);
    expect(row.placeholder === '').toBe(row.flag === true);
    expect(Array.isArray(row.fallback)).toBe(row.list === true);
    expect(parse(name, row.fallback)).toEqual(row.fallback);
  });

  it('gives each option a field of its own', () => {
    const field: keyof Config = fieldOf('redis-url');
    expect(field).toBe('redisUrl');
    expect(new Set(OPTION_NAMES.map((name) => fieldOf(name))).size).toBe(OPTION_NAMES.length);
  });

  it('knows its names and no property of every object', () => {
    expect(isOptionName('max-key-bytes')).toBe(true);
    expect(isOptionName('toString')).toBe(false);
    expect(isOptionName('__proto__')).toBe(false);
  });
});

describe('option values', () => {
  it.each<[OptionName, unknown, unknown]>([
    ['port', '8080', 8080],
    ['port', 0, 0],
    ['get-timeout', '0.5', 0.5],
    ['host', '::1', '::1'],
    ['redis-url', 'rediss://user:p%40ss@10.0.0.1:6380/2', 'rediss://user:p%40ss@10.0.0.1:6380/2'],
    ['redis-url', 'redis://[::1]', 'redis://[::1]'],
    ['pin-cpus', 'true', true],
    ['pin-cpus', '0', false],
    ['cors-origin', 'https://a.example, http://b.example:8080', ['https://a.example', 'http://b.example:8080']],
    ['cors-origin', '', []],
    ['cors-origin', ['*'], ['*']],
    ['trusted-proxies', '10.0.0.0/8,::1,fd00::/8', ['10.0.0.0/8', '::1', 'fd00::/8']],
    ['sign-secret', ['a secret, with a comma'], ['a secret, with a comma']],
    ['log-level', 'debug', 'debug'],
  ])('%s takes %j', (name, given, value) => {
    expect(parse(name, given)).toEqual(value);
  });

  it.each<[OptionName, unknown, string]>([
    ['port', '', 'must be a port, 0 to 65535, not ""'],
    ['port', '65536', 'must be a port, 0 to 65535, not "65536"'],
    ['port', '0x50', 'must be a port, 0 to 65535, not "0x50"'],
    ['port', '1e3', 'must be a port, 0 to 65535, not "1e3"'],
    ['port', ' 80', 'must be a port, 0 to 65535, not " 80"'],
    ['port', true, 'must be a port, 0 to 65535, not true'],
    ['port', null, 'must be a port, 0 to 65535, not null'],
    ['port', [80], 'must be a port, 0 to 65535, not [80]'],
    ['port', 80.5, 'must be a port, 0 to 65535, not 80.5'],
    ['workers', '-1', 'must be a whole number from 0 to 1024, not "-1"'],
    ['get-timeout', 'Infinity', 'must be a number of seconds from 0 to 3600, not "Infinity"'],
    ['host', 'example.org', 'must be an IP address to bind, such as 127.0.0.1, 0.0.0.0 or ::, not "example.org"'],
    ['pin-cpus', 'yes', 'must be true or false, not "yes"'],
    ['pin-cpus', '', 'must be true or false, not ""'],
    ['mailbox-prefix', '', 'must be 1 to 64 characters without braces and white space, not ""'],
    ['redis-prefix', 'a{b}', 'must be 1 to 64 characters without braces and white space, not "a{b}"'],
    [
      'cors-origin',
      'https://a.example/',
      'entry 1 must be an origin such as https://example.org, or *, without a path or a slash at its end, not "https://a.example/"',
    ],
    ['cors-origin', '*, example', 'entry 2 must be an origin such as https://example.org, or *, not "example"'],
    ['cors-origin', 5, 'must be a list, not 5'],
    [
      'trusted-proxies',
      '10.0.0.0/33',
      'entry 1 must be an IP address or a network such as 10.0.0.0/8, not "10.0.0.0/33"',
    ],
    ['log-format', 'xml', 'must be auto, json or pretty, not "xml"'],
    ['pid-file', 5, 'must be a text, not 5'],
  ])('%s refuses %j', (name, given, message) => {
    expect(parse(name, given)).toEqual([message]);
  });

  it.each<[OptionName, unknown]>([
    ['publish-key', 'hunter2'],
    ['publish-key', ['0123456789abcdef', 'hunter2 with spaces in it']],
    ['publish-key', 'hunter2-hunter2-ümlaut'],
    ['sign-secret', ['hunter2']],
    ['sign-secret', { hunter2: true }],
    ['redis-url', 'http://hunter2@host'],
    ['redis-url', 'redis://:hunter2'],
    ['redis-url', 'redis://user:hunter2/3@host'],
    ['redis-url', 'redis://:hun ter2@host'],
    ['redis-url', 'redis://host?password=hunter2'],
    ['redis-url', 'redis://host/hunter2'],
  ])('%s refuses %j without telling it', (name, given) => {
    const messages = parse(name, given);
    expect(messages).toEqual([expect.stringContaining('must be')]);
    expect(JSON.stringify(messages)).not.toContain('hun');
  });
});
