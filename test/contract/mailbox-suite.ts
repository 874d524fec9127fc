import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { ODD_TEXTS } from './odd-texts.ts';
import { type Client, settle, unique, watchMailbox } from './world.ts';

/** Mailboxes without acknowledgement, and their hints; those with it are in `ack-suite.ts`. */
export function mailboxSuite(worlds: () => Worlds): void {
  describe('a mailbox', () => {
    it('has nothing when nothing was put in', async () => {
      const { mailboxes } = worlds().lasting.a.engine;
      expect(await mailboxes.pop(unique('u'), 1, false)).toEqual({ values: [], leasedFor: 0 });
      expect(await mailboxes.pop(unique('u'), 1, true)).toEqual({ values: [], leasedFor: 0 });
      expect(await mailboxes.take(unique('u'), '', false)).toEqual({ message: null, leasedFor: 0 });
    });

    it('gives the oldest first, at most as many as asked for, each once', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3', '4', '5']);
      expect((await b.engine.mailboxes.pop(uid, 1, false)).values).toEqual(['1']);
      expect((await a.engine.mailboxes.pop(uid, 2, true)).values).toEqual(['2', '3']);
      expect((await b.engine.mailboxes.pop(uid, 9, true)).values).toEqual(['4', '5']);
      expect((await a.engine.mailboxes.pop(uid, 9, false)).values).toEqual([]);
    });

    it('gives what was given back next, in its order', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3', '4']);
      const { values } = await a.engine.mailboxes.pop(uid, 3, true);
      await a.engine.mailboxes.giveBack(uid, values);
      expect((await b.engine.mailboxes.pop(uid, 2, true)).values).toEqual(['1', '2']);
      await b.engine.mailboxes.giveBack(uid, ['2']);
      expect((await b.engine.mailboxes.pop(uid, 9, true)).values).toEqual(['2', '3', '4']);
    });

    it('takes back what was its last message', async () => {
      const { a } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1']);
      await a.engine.mailboxes.giveBack(uid, (await a.engine.mailboxes.pop(uid, 1, false)).values);
      expect((await a.engine.mailboxes.pop(uid, 2, false)).values).toEqual(['1']);
    });

    it("is nobody else's", async () => {
      const { mailboxes } = worlds().lasting.a.engine;
      const uid = unique('u');
      await mailboxes.push(uid, 'mine');
      expect((await mailboxes.pop(`${uid}2`, 1, false)).values).toEqual([]);
      expect((await mailboxes.pop(uid, 1, false)).values).toEqual(['mine']);
    });

    it.each(Object.entries({ ...ODD_TEXTS, nothing: '' }))('keeps a message of %s as it is', async (_, text) => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, [text, text, text]);
      const popped = await a.engine.mailboxes.pop(uid, 1, false);
      expect(popped.values).toEqual([text]);
      await a.engine.mailboxes.giveBack(uid, popped.values);
      expect((await b.engine.mailboxes.take(uid, '', false)).message?.value).toBe(text);
      expect((await b.engine.mailboxes.pop(uid, 9, false)).values).toEqual([text, text, text]);
    });

    it.each(Object.entries(ODD_TEXTS))('may belong to a uid of %s', async (_, text) => {
      const { a, b } = worlds().lasting;
      const uid = unique(text.slice(0, 64));
      await watchMailbox(b, uid);
      await pushAll(a, uid, ['1', '2']);
      await until(() => b.events.hints(uid) > 0);
      expect((await b.engine.mailboxes.take(uid, '', false)).message?.value).toBe('1');
      expect((await b.engine.mailboxes.pop(uid, 9, false)).values).toEqual(['1', '2']);
    });

    it('gives each message to one of many that ask at once', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      const values = Array.from({ length: 50 }, (_, i) => String(i));
      await pushAll(a, uid, values);
      const pops = values.map((_, i) => (i % 2 === 0 ? a : b).engine.mailboxes.pop(uid, 1, true));
      const given = (await Promise.all(pops)).flatMap((popped) => popped.values);
      expect(given.sort((x, y) => Number(x) - Number(y))).toEqual(values);
    });
  });

  describe('a watched mailbox', () => {
    it('is hinted at when something is put in or given back, on every engine', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await Promise.all([watchMailbox(a, uid), watchMailbox(b, uid)]);
      await pushAll(a, uid, ['1']);
      await until(() => a.events.hints(uid) > 0 && b.events.hints(uid) > 0);
      await settle(a, b);
      const { values } = await b.engine.mailboxes.pop(uid, 1, true);
      const hints = [a.events.hints(uid), b.events.hints(uid)] as const;
      await a.engine.mailboxes.giveBack(uid, values);
      await until(() => a.events.hints(uid) > hints[0] && b.events.hints(uid) > hints[1]);
    });

    it('is not hinted at any more once it is not watched', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await watchMailbox(b, uid);
      b.engine.mailboxes.watch(uid);
      b.engine.mailboxes.unwatch(uid);
      await settle(b, b);
      await pushAll(a, uid, ['1']);
      await settle(a, b);
      expect(b.events.hints(uid)).toBe(0);
      b.engine.mailboxes.watch(uid);
      await until(() => b.events.mailboxLives(uid) === 2);
    });
  });
}

/** Puts messages in one after the other. */
export async function pushAll(client: Client, uid: string, values: readonly string[]): Promise<void> {
  for (const value of values) await client.engine.mailboxes.push(uid, value);
}
