import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ByteString } from '../../src/http/request/byte-string.ts';

describe('a byte string', () => {
  it('is all its pieces in their order, whatever their sizes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 6_000 }), { maxLength: 40 }), (pieces) => {
        const bytes = new ByteString();
        for (const piece of pieces) bytes.append(Buffer.from(piece));
        const whole = Buffer.concat(pieces);
        expect(bytes.length).toBe(whole.length);
        expect(bytes.value.equals(whole)).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps single bytes in memory of about their number', () => {
    const bytes = new ByteString();
    for (let count = 0; count < 100_000; count++) bytes.append(Buffer.of(count));
    expect(bytes.value.buffer.byteLength).toBeLessThan(2 * 100_000);
  });
});
