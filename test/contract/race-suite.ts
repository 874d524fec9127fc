import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { set, unique, watch } from './world.ts';

/** What must hold when much happens at once. */
export function raceSuite(worlds: () => Worlds): void {
  describe('many at once', () => {
    it('append to one key from two engines, each its own offset, told in order without a gap', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('race');
      await Promise.all([watch(a, key), watch(b, key)]);
      const values = Array.from({ length: 200 }, (_, i) => `value ${i}`);
      const results = await Promise.all(values.map((value, i) => set(i % 2 === 0 ? a : b, key, value)));
      const offsets = Array.from({ length: 200 }, (_, i) => i + 1);
      expect(results.map((result) => (result.type === 'appended' ? result.offset : 0)).sort((x, y) => x - y)).toEqual(
        offsets,
      );
      for (const { events } of [a, b]) {
        await until(() => events.notices(key).length === 200);
        expect(events.entries(key).map(({ offset }) => offset)).toEqual(offsets);
        // Each offset goes with the value that was answered with it.
        for (const notice of events.entries(key)) {
          expect(results[values.indexOf(notice.value ?? '')]).toMatchObject({ offset: notice.offset });
        }
      }
      expect(new Set(results.map((result) => (result.type === 'appended' ? result.epoch : ''))).size).toBe(1);
    });

    it('never lose an entry between watching and reading', async () => {
      const { a, b } = worlds().lasting;
      const follow = async (): Promise<void> => {
        const key = unique('gap');
        const writing = (async () => {
          for (let i = 0; i < 30; i++) await set(a, key, String(i));
        })();
        await watch(b, key);
        const read = await b.engine.read(key, false);
        await writing;
        const seen = (): number => Math.max(read?.offset ?? 0, b.events.entries(key).at(-1)?.offset ?? 0);
        await until(() => seen() === 30);
        const later = b.events.entries(key).filter(({ offset }) => offset > (read?.offset ?? 0));
        expect(later.map(({ offset }) => offset)).toEqual(later.map((_, i) => (read?.offset ?? 0) + 1 + i));
      };
      await Promise.all(Array.from({ length: 20 }, follow));
    });

    it('watch and leave one key in any order, and the last word holds', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('flap');
      for (let i = 0; i < 50; i++) {
        b.engine.watch(key);
        if (i % 3 === 0) await set(a, key, 'x');
        b.engine.unwatch(key);
        if (i % 7 === 0) await b.engine.read(key, false);
      }
      const lives = b.events.lives(key);
      b.engine.watch(key);
      await until(() => b.events.lives(key) > lives);
      const result = await set(a, key, 'last');
      await until(() => b.events.entries(key).at(-1)?.offset === (result.type === 'appended' ? result.offset : 0));
    });
  });
}
