import { describe, expect, it } from '@jest/globals';
import type { Worlds } from './engine-suite.ts';
import { ODD_TEXTS } from './odd-texts.ts';
import { fill, set, settle, unique, watch } from './world.ts';

/** Idempotency ids. */
export function idempotencySuite(worlds: () => Worlds): void {
  describe('an idempotency id', () => {
    it('is written once and answered with the first answer, on every engine', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('id');
      const first = await set(a, key, 'x', 0, 'id-1');
      await fill(a, key, ['y']);
      expect(await set(b, key, 'x', 0, 'id-1')).toEqual(first);
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 2, values: ['x', 'y'] });
    });

    it('is a conflict with another value, and nothing is written', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('id');
      const first = await set(a, key, 'x', 0, 'id-1');
      expect(await set(b, key, 'z', 0, 'id-1')).toEqual({ type: 'conflict' });
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 1, values: ['x'] });
      expect(await set(b, key, 'x', 0, 'id-1')).toEqual(first);
    });

    it('belongs to its key', async () => {
      const { a } = worlds().lasting;
      const keys = [unique('id'), unique('id')] as const;
      await set(a, keys[0], 'x', 0, 'id-1');
      expect(await set(a, keys[1], 'z', 0, 'id-1')).toMatchObject({ type: 'appended', offset: 1 });
    });

    it('is none when it is empty', async () => {
      const { a } = worlds().lasting;
      const key = unique('id');
      await set(a, key, 'x');
      expect(await set(a, key, 'x')).toMatchObject({ type: 'appended', offset: 2 });
    });

    it('announces nothing and leaves the expiry alone when it comes again', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('id');
      await watch(b, key);
      await set(a, key, 'x', 0, 'id-1');
      await set(a, key, 'x', 1, 'id-1');
      await settle(a, b);
      expect(b.events.entries(key)).toHaveLength(1);
      expect(await a.engine.read(key, false)).toMatchObject({ expiresAt: 0 });
    });

    it('is remembered when the log is deleted: a late retry must not undo the delete', async () => {
      const { a } = worlds().lasting;
      const key = unique('id');
      const first = await set(a, key, 'x', 0, 'id-1');
      await a.engine.remove(key);
      expect(await set(a, key, 'x', 0, 'id-1')).toEqual(first);
      expect(await a.engine.read(key, false)).toBeNull();
    });

    it('is written once when it comes from two engines at the same time', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('id');
      const calls = Array.from({ length: 20 }, (_, i) => set(i % 2 === 0 ? a : b, key, 'x', 0, 'id-1'));
      const results = await Promise.all(calls);
      for (const result of results) expect(result).toEqual(results[0]);
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 1 });
    });

    it.each(Object.entries(ODD_TEXTS))('may be of %s', async (_, text) => {
      const { a, b } = worlds().lasting;
      const [key, id] = [unique('id'), text.slice(0, 42)];
      const first = await set(a, key, text, 0, id);
      expect(await set(b, key, text, 0, id)).toEqual(first);
      expect(await set(b, key, `${text} `, 0, id)).toEqual({ type: 'conflict' });
    });
  });
}
