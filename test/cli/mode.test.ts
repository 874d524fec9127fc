import { describe, expect, it } from '@jest/globals';
import { isLoopback } from '../../src/config/loopback.ts';
import { modeOf } from '../../src/config/mode.ts';

const KEYS = ['0123456789abcdef'];
const NONE = { publishKey: [], signSecret: [], tokenSecret: [], tokenKeys: [], reading: 'public' } as const;

describe('mode', () => {
  it('is try-out without any key', () => {
    const { tryOut, warnings } = modeOf(NONE);
    expect(tryOut).toBe(true);
    expect(warnings).toEqual([expect.stringMatching(/^try-out mode: .*publish-key.*sign-secret/)]);
  });

  it('closes publishing without a publish key, and says so', () => {
    const { tryOut, warnings } = modeOf({ ...NONE, signSecret: KEYS });
    expect(tryOut).toBe(false);
    expect(warnings).toEqual([
      expect.stringContaining('publishing is closed'),
      expect.stringContaining('reading keys is public'),
    ]);
  });

  it('closes mailboxes without a sign secret, and says so', () => {
    const { tryOut, warnings } = modeOf({ ...NONE, publishKey: KEYS });
    expect(tryOut).toBe(false);
    expect(warnings).toEqual([
      expect.stringContaining('mailboxes are closed'),
      expect.stringContaining('reading keys is public'),
    ]);
  });

  it('warns with both keys that reading is public', () => {
    expect(modeOf({ ...NONE, publishKey: KEYS, signSecret: KEYS })).toEqual({
      tryOut: false,
      warnings: [expect.stringContaining('reading keys is public')],
    });
  });
});

describe('mode with tokens', () => {
  it.each([{ tokenSecret: KEYS }, { tokenKeys: KEYS }])('is not try-out, and closes nothing: %j', (tokens) => {
    expect(modeOf({ ...NONE, ...tokens })).toEqual({
      tryOut: false,
      warnings: [expect.stringContaining('reading keys is public')],
    });
    expect(modeOf({ ...NONE, ...tokens, reading: 'token' })).toEqual({ tryOut: false, warnings: [] });
  });
});

describe('loopback', () => {
  it.each(['127.0.0.1', '127.255.0.9', '::1', '0:0:0:0:0:0:0:1', '::ffff:127.0.0.1', 'localhost'])('is %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each(['0.0.0.0', '::', '10.0.0.1', '128.0.0.1', '::2', '::ffff:10.0.0.1', 'fe80::1'])('is not %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
