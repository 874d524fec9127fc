import { describe, expect, it } from '@jest/globals';
import { systemClock } from '../../src/clock.ts';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { ODD_TEXTS } from './odd-texts.ts';
import { fill, set, unique } from './world.ts';

/** Milliseconds that clocks of two processes or machines may differ in the tests. */
const TOLERANCE = 1_000;

/** Append, read, remove, trimming and expiry. */
export function logSuite(worlds: () => Worlds): void {
  describe('a log', () => {
    it('is not there for a key that was never set', async () => {
      expect(await worlds().lasting.a.engine.read(unique('none'), true)).toBeNull();
    });

    it('numbers entries 1, 2, 3 in one epoch, from whichever engine they come', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('number');
      const first = await set(a, key, 'one');
      expect(first).toEqual({ type: 'appended', epoch: expect.stringMatching(/^[A-Za-z0-9_-]{8,40}$/), offset: 1 });
      expect(await set(b, key, 'two')).toEqual({ ...first, offset: 2 });
      expect(await set(a, key, 'three')).toEqual({ ...first, offset: 3 });
    });

    it('is read with its newest value only unless the history is asked for', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('read');
      const epoch = await fill(a, key, ['1', '2', '3']);
      const log = { epoch, offset: 3, first: 1, ancestor: null, expiresAt: 0 };
      expect(await b.engine.read(key, false)).toEqual({ ...log, values: ['3'] });
      expect(await b.engine.read(key, true)).toEqual({ ...log, values: ['1', '2', '3'] });
    });

    it('retains as many entries as the history size', async () => {
      const { a } = worlds().lasting;
      const key = unique('size');
      await fill(a, key, ['1', '2', '3', '4', '5', '6']);
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 6, first: 3, values: ['3', '4', '5', '6'] });
      expect(await a.engine.read(key, false)).toMatchObject({ offset: 6, first: 3, values: ['6'] });
    });

    it('loses entries by age, but never the newest', async () => {
      const { a } = worlds().brief;
      const key = unique('age');
      await fill(a, key, ['1', '2', '3']);
      const log = await until(async () => {
        const now = await a.engine.read(key, true);
        return now?.first === 3 ? now : null;
      });
      expect(log).toMatchObject({ offset: 3, first: 3, values: ['3'], expiresAt: 0 });
      expect(await set(a, key, '4')).toMatchObject({ offset: 4, epoch: log.epoch });
    });

    it('begins another epoch after a delete', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('delete');
      const epoch = await fill(a, key, ['1', '2']);
      await b.engine.remove(key);
      expect(await a.engine.read(key, true)).toBeNull();
      const result = await set(a, key, '3');
      expect(result).toMatchObject({ type: 'appended', offset: 1 });
      expect(result).not.toMatchObject({ epoch });
      expect(await b.engine.read(key, true)).toMatchObject({ offset: 1, first: 1, ancestor: null, values: ['3'] });
    });

    it('expires as a whole, and begins another epoch then', async () => {
      const { a, b } = worlds().lasting;
      const key = unique('ttl');
      const before = systemClock.now();
      await set(a, key, '1');
      let result = await set(a, key, '2', 0.15);
      // On a busy machine it may be gone before it was looked at.
      const { expiresAt } = await until(async () => {
        const log = await b.engine.read(key, false);
        if (log === null) result = await set(a, key, '2', 0.15);
        return log;
      });
      expect(expiresAt).toBeGreaterThan(before + 150 - TOLERANCE);
      expect(expiresAt).toBeLessThan(systemClock.now() + 150 + TOLERANCE);
      await until(async () => (await b.engine.read(key, true)) === null);
      const next = await set(a, key, '3');
      expect(next).toMatchObject({ type: 'appended', offset: 1 });
      expect(next).not.toMatchObject({ epoch: result.type === 'appended' ? result.epoch : '' });
    });

    it('does not expire when the newest entry has no ttl', async () => {
      const { a } = worlds().lasting;
      const [key, witness] = [unique('persist'), unique('witness')];
      // With nothing in between, in which the first could expire.
      await Promise.all([set(a, key, '1', 0.1), set(a, key, '2')]);
      await set(a, witness, 'x', 0.1);
      await until(async () => (await a.engine.read(witness, false)) === null);
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 2, expiresAt: 0, values: ['1', '2'] });
    });

    it('takes the ttl of the newest entry', async () => {
      const { a } = worlds().lasting;
      const key = unique('renew');
      await set(a, key, '1', 3600);
      await set(a, key, '2', 60);
      const log = await a.engine.read(key, false);
      expect(log?.expiresAt).toBeLessThan(systemClock.now() + 60_000 + TOLERANCE);
    });

    it('is left alone by a delete of another key, or of one that is not there', async () => {
      const { a } = worlds().lasting;
      const key = unique('other');
      await fill(a, key, ['1']);
      await a.engine.remove(unique('missing'));
      expect(await a.engine.read(key, false)).toMatchObject({ offset: 1 });
    });

    it('keeps an empty value', async () => {
      const { a } = worlds().lasting;
      const key = unique('empty');
      await fill(a, key, ['', '']);
      expect(await a.engine.read(key, true)).toMatchObject({ offset: 2, values: ['', ''] });
    });

    it.each(Object.entries(ODD_TEXTS))('keeps a value of %s as it is', async (_, value) => {
      const { a, b } = worlds().lasting;
      const key = unique('odd');
      await fill(a, key, [value, 'between', value]);
      expect((await b.engine.read(key, true))?.values).toEqual([value, 'between', value]);
    });

    it.each(Object.entries(ODD_TEXTS))('takes a key of %s, and no other for it', async (_, text) => {
      const { a, b } = worlds().lasting;
      const key = unique(text);
      await fill(a, key, ['here']);
      await fill(a, `${key}2`, ['there']);
      expect((await b.engine.read(key, true))?.values).toEqual(['here']);
    });
  });
}
