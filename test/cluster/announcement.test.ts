import { describe, expect, it } from '@jest/globals';
import { announce, describe as inWords } from '../../src/cluster/announcement.ts';
import { testConfig } from './config.ts';

describe('announce', () => {
  it('names every address and two commands of which the second wakes the first', () => {
    const told = announce(testConfig(), [8885, 8886], 8880);
    expect(told).toEqual({
      workers: ['http://127.0.0.1:8885', 'http://127.0.0.1:8886'],
      admin: 'http://127.0.0.1:8880',
      dashboard: 'http://127.0.0.1:8880/',
      engine: 'embedded',
      try: ["curl 'http://127.0.0.1:8885/get?key=hello'", 'curl -d key=hello -d value=world http://127.0.0.1:8886/set'],
    });
    for (const text of [...told.workers, told.admin, ...told.try]) expect(inWords(told)).toContain(text);
  });

  it.each([
    ['0.0.0.0', 'http://0.0.0.0:8885', 'http://127.0.0.1:8885'],
    ['::', 'http://[::]:8885', 'http://[::1]:8885'],
    ['::1', 'http://[::1]:8885', 'http://[::1]:8885'],
  ])('gives commands that reach %s', (host, listens, reaches) => {
    const told = announce(testConfig({ host }), [8885], 8880);
    expect(told.workers).toEqual([listens]);
    expect(told.try[0]).toContain(reaches);
  });

  it('names no dashboard where nobody may see it', () => {
    const told = announce(testConfig({ dashboard: 'off' }), [8885], 8880);
    expect(told.dashboard).toBe('');
    expect(inWords(told)).not.toContain('dashboard');
  });

  it('asks for the publish key and does not tell it', () => {
    const told = announce(testConfig({ publishKey: ['0123456789abcdef'] }), [8885], 8880);
    expect(told.try[1]).toContain('-H "Authorization: Bearer <publish key>"');
    expect(inWords(told)).not.toContain('0123456789abcdef');
    expect(told.try[0]).not.toContain('Authorization');
  });

  it.each([
    ['<publish key>', { publishKey: ['0123456789abcdef'] }],
    ['<token>', {}],
  ])('asks for the %s where reading needs one', (credential, keys) => {
    const told = announce(testConfig({ reading: 'token', tokenSecret: ['x'.repeat(32)], ...keys }), [8885], 8880);
    for (const command of told.try) expect(command).toContain(`-H "Authorization: Bearer ${credential}"`);
  });
});
