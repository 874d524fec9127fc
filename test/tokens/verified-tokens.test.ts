import { describe, expect, it } from '@jest/globals';
import { Names } from '../../src/tokens/names.ts';
import { Rights } from '../../src/tokens/rights.ts';
import { VerifiedTokens } from '../../src/tokens/verified-tokens.ts';

const NOW = 1_000_000;

function until(expiresAt: number): Rights {
  return new Rights({ read: Names.all, set: Names.none, push: Names.none, mailbox: null, expiresAt });
}

describe('verified tokens', () => {
  it('are known until they expire, and then forgotten', () => {
    const tokens = new VerifiedTokens(10_000);
    const rights = until(NOW + 1);
    tokens.add('a', rights);
    tokens.add('a', until(NOW + 1000));
    expect(tokens.get('a', NOW)).toBe(rights);
    expect(tokens.get('b', NOW)).toBeUndefined();
    expect(tokens.get('a', NOW + 1)).toBeUndefined();
    expect(tokens.bytes).toBe(0);
  });

  it('are bounded by bytes: what was used least lately goes first', () => {
    const tokens = new VerifiedTokens(5000);
    for (const token of ['a', 'b', 'c', 'd']) tokens.add(token, until(NOW * 2));
    expect(tokens.get('a', NOW)).toBeDefined();
    tokens.add('e', until(NOW * 2));
    expect(['a', 'b', 'c', 'd', 'e'].filter((token) => tokens.get(token, NOW) !== undefined)).toEqual([
      'a',
      'c',
      'd',
      'e',
    ]);
    expect(tokens.bytes).toBeLessThanOrEqual(5000);
  });

  it('that are too large for all of it are not kept', () => {
    const tokens = new VerifiedTokens(5000);
    tokens.add('x'.repeat(5000), until(NOW * 2));
    expect(tokens.bytes).toBe(0);
  });
});
