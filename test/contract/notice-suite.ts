import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { NOTICE_VALUE_BYTES } from '../../src/engine/engine.ts';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { ODD_TEXTS } from './odd-texts.ts';
import { fill, set, settle, unique, watch } from './world.ts';

/** Milliseconds that clocks of two processes or machines may differ in the tests. */
const TOLERANCE = 1_000;

/** Watching keys. */
export function noticeSuite(worlds: () => Worlds): void {
  describe('a watched key', () => {
    it('is told with everything a waiter needs, on every engine', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('notice');
      await Promise.all([watch(a, key), watch(b, key)]);
      const before = systemClock.now();
      const result = await set(a, key, 'hello', 60);
      const after = systemClock.now();
      for (const { events } of [a, b]) {
        await until(() => events.notices(key).length > 0);
        const [notice] = events.entries(key);
        expect(notice).toEqual({
          ...result,
          type: 'entry',
          first: 1,
          ancestor: null,
          expiresAt: expect.any(Number),
          value: 'hello',
          acceptedAt: expect.any(Number),
        });
        const { acceptedAt = 0, expiresAt = 0 } = notice ?? {};
        expect(acceptedAt).toBeGreaterThan(before - TOLERANCE);
        expect(acceptedAt).toBeLessThan(after + TOLERANCE);
        expect(Math.abs(expiresAt - acceptedAt - 60_000)).toBeLessThan(2);
      }
    });

    it('is told in order, with what is retained', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('order');
      await watch(b, key);
      await fill(a, key, ['1', '2', '3', '4', '5', '6']);
      await until(() => b.events.notices(key).length === 6);
      const told = b.events.entries(key).map(({ offset, first, value }) => [offset, first, value]);
      expect(told).toEqual([
        [1, 1, '1'],
        [2, 1, '2'],
        [3, 1, '3'],
        [4, 1, '4'],
        [5, 2, '5'],
        [6, 3, '6'],
      ]);
    });

    it('is live before its first notice, and once', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('live');
      b.engine.watch(key);
      // From before the subscription stands until after it.
      for (let i = 0; b.events.notices(key).length < 3; i++) await set(a, key, String(i));
      await settle(a, b);
      expect(b.events.order(key)[0]).toBe('live');
      expect(b.events.lives(key)).toBe(1);
    });

    it('is watched once when it is watched twice', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('twice');
      await watch(b, key);
      b.engine.watch(key);
      await set(a, key, 'x');
      await settle(a, b);
      expect(b.events.order(key)).toEqual(['live', 'entry']);
      b.engine.unwatch(key);
      await settle(b, b);
      await set(a, key, 'y');
      await settle(a, b);
      expect(b.events.order(key)).toEqual(['live', 'entry']);
    });

    it('is told no more once it is not watched, and to others still', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('unwatch');
      await Promise.all([watch(a, key), watch(b, key)]);
      b.engine.unwatch(key);
      await settle(b, b);
      await set(a, key, 'x');
      await settle(a, b);
      expect(b.events.notices(key)).toEqual([]);
      await until(() => a.events.notices(key).length === 1);
    });

    it('is told live again when it is watched again', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('again');
      await watch(b, key);
      b.engine.unwatch(key);
      b.engine.watch(key);
      await until(() => b.events.lives(key) === 2);
      await set(a, key, 'x');
      await until(() => b.events.notices(key).length === 1);
    });

    it('may be left before it was watched', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('left');
      b.engine.unwatch(key);
      b.engine.watch(key);
      b.engine.unwatch(key);
      await settle(b, b);
      await set(a, key, 'x');
      await settle(a, b);
      expect(b.events.order(key)).toEqual([]);
    });

    it('is told gone when it is deleted, with the epoch and offset that are gone', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('gone');
      await watch(b, key);
      const epoch = await fill(a, key, ['1', '2']);
      await a.engine.remove(key);
      await until(() => b.events.notices(key).length === 3);
      expect(b.events.notices(key)[2]).toEqual({ type: 'gone', epoch, offset: 2 });
      await fill(a, key, ['3']);
      await until(() => b.events.notices(key).length === 4);
      expect(b.events.entries(key)[2]).toMatchObject({ offset: 1, first: 1, value: '3' });
      expect(b.events.entries(key)[2]?.epoch).not.toBe(epoch);
    });

    it('is told nothing when a key without a log is deleted', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('missing');
      await watch(b, key);
      await a.engine.remove(key);
      await settle(a, b);
      expect(b.events.notices(key)).toEqual([]);
    });

    it.each([
      ['the largest that travels', 'x'.repeat(NOTICE_VALUE_BYTES), true],
      ['the largest of two-byte characters', 'é'.repeat(NOTICE_VALUE_BYTES / 2), true],
      ['one byte more', 'x'.repeat(NOTICE_VALUE_BYTES + 1), false],
      ['one two-byte character more', 'é'.repeat(NOTICE_VALUE_BYTES / 2 + 1), false],
    ])('is told with its value up to 8 KiB, and to be read above: %s', async (_, value, travels) => {
      const { a, b } = worlds().lasting;
      const key = unique('large');
      await watch(b, key);
      await set(a, key, value);
      await until(() => b.events.notices(key).length === 1);
      expect(b.events.entries(key)[0]?.value).toBe(travels ? value : null);
      expect((await b.engine.read(key, false))?.values).toEqual([value]);
    });

    it.each(Object.entries({ ...ODD_TEXTS, nothing: '' }))('may have a name and a value of %s', async (_, text) => {
      const { a, b } = worlds().lasting;
      const [key, value] = [unique(text), text.slice(0, 2_000)];
      await watch(b, key);
      await set(a, key, value);
      await until(() => b.events.notices(key).length === 1);
      expect(b.events.entries(key)[0]?.value).toBe(value);
    });
  });
}
