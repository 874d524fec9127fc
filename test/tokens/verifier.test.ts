import { beforeAll, describe, expect, it } from '@jest/globals';
import { Rights } from '../../src/tokens/rights.ts';
import { secretKey } from '../../src/tokens/verification-key.ts';
import { Verifier } from '../../src/tokens/verifier.ts';
import { until } from '../support/until.ts';
import { mint, OTHER_SECRET, TOKEN_SECRET } from './minted.ts';

const CLAIM = { read: ['a'] };
let verifier: Verifier;

beforeAll(() => {
  const keys = [secretKey(TOKEN_SECRET), secretKey(OTHER_SECRET)];
  verifier = new Verifier({ keys, audiences: [], issuers: [], leeway: 0 });
});

describe('a verifier', () => {
  it('checks the signature of a token once: then it is known, and answers at once', async () => {
    const token = await mint(CLAIM, { key: OTHER_SECRET });
    const first = verifier.verify(token);
    expect(first).toBeInstanceOf(Promise);
    const rights = await first;
    expect(verifier.verify(token)).toBe(rights);
    expect(rights).toBeInstanceOf(Rights);
  });

  it('keeps nothing of a bad one', async () => {
    const token = await mint(CLAIM, { key: 'a secret that this server does not know' });
    for (let time = 0; time < 2; time++) {
      const answer = verifier.verify(token);
      expect(answer).toBeInstanceOf(Promise);
      await expect(answer).rejects.toMatchObject({ code: 'TOKEN_INVALID' });
    }
  });

  it('knows one no longer than it is good, to a part of a second', async () => {
    // One that this process took too long over is expired at once: another is minted.
    const [token, rights] = await until(async () => {
      const minted = await mint(CLAIM, { claims: { exp: Date.now() / 1000 + 0.1 } });
      return [minted, await verifier.verify(minted)] as const;
    });
    while (rights.remaining > 0) await new Promise(setImmediate);
    await expect(async () => await verifier.verify(token)).rejects.toMatchObject({ code: 'TOKEN_EXPIRED' });
  });
});
