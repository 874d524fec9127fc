import { describe, expect, it } from '@jest/globals';
import { until } from '../support/until.ts';
import type { Worlds } from './engine-suite.ts';
import { pushAll } from './mailbox-suite.ts';
import { type Client, unique } from './world.ts';

const NOTHING = { message: null, leasedFor: 0 };

/** Mailboxes with acknowledgement: one message in flight, and its lease. */
export function ackSuite(worlds: () => Worlds): void {
  describe('a message in flight', () => {
    it('is dropped by its own id, and the next one comes', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3']);
      const one = await take(a, uid, '', false);
      expect(one).toEqual({ id: expect.stringMatching(/^[A-Za-z0-9_-]{8,64}$/), value: '1' });
      // On another engine, parked or not.
      const two = await take(b, uid, one.id, true);
      expect(two.value).toBe('2');
      const three = await take(a, uid, two.id, false);
      expect(three.value).toBe('3');
      expect(new Set([one.id, two.id, three.id]).size).toBe(3);
      expect(await a.engine.mailboxes.take(uid, three.id, false)).toEqual(NOTHING);
      expect(await a.engine.mailboxes.take(uid, three.id, true)).toEqual(NOTHING);
      expect((await a.engine.mailboxes.pop(uid, 9, false)).values).toEqual([]);
    });

    it.each([
      ['no acknowledgement', ''],
      ['a wrong one', 'wrong'],
    ])('comes again, the same, on %s', async (_, ack) => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2']);
      const message = await take(a, uid, '', false);
      expect(await take(b, uid, ack, false)).toEqual(message);
      expect((await take(b, uid, message.id, false)).value).toBe('2');
    });

    it('comes again on the acknowledgement of the message before it', async () => {
      const { a } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3']);
      const one = await take(a, uid, '', false);
      const two = await take(a, uid, one.id, false);
      expect(await take(a, uid, one.id, false)).toEqual(two);
    });

    it('is left alone by parked polls while it is leased, and so is what stands behind it', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2']);
      await take(a, uid, '', false);
      for (const ack of ['', 'wrong']) {
        const taken = await b.engine.mailboxes.take(uid, ack, true);
        expect(taken.message).toBeNull();
        expect(taken.leasedFor).toBeGreaterThan(25_000);
        expect(taken.leasedFor).toBeLessThanOrEqual(30_000);
      }
      const popped = await b.engine.mailboxes.pop(uid, 9, true);
      expect(popped.values).toEqual([]);
      expect(popped.leasedFor).toBeGreaterThan(25_000);
      expect(popped.leasedFor).toBeLessThanOrEqual(30_000);
    });

    it('is had by a parked poll with an acknowledgement once its lease is over', async () => {
      const { a, b } = worlds().brief;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2']);
      const message = await take(a, uid, '', false);
      const again = await until(async () => (await b.engine.mailboxes.take(uid, '', true)).message);
      expect(again).toEqual(message);
      // It is leased anew: whoever asks soon enough sees it.
      await until(async () => (await a.engine.mailboxes.take(uid, '', true)).message === null);
    });

    it('is had for good by a parked poll without one once its lease is over', async () => {
      const { a, b } = worlds().brief;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3']);
      await take(a, uid, '', false);
      const popped = await until(async () => {
        const now = await b.engine.mailboxes.pop(uid, 2, true);
        return now.values.length > 0 ? now : null;
      });
      expect(popped).toEqual({ values: ['1', '2'], leasedFor: 0 });
    });

    it('has its lease renewed when it comes again', async () => {
      const { a, b } = worlds().brief;
      const uid = unique('u');
      await pushAll(a, uid, ['1']);
      await take(a, uid, '', false);
      const leasedFor = async () => (await b.engine.mailboxes.take(uid, '', true)).leasedFor;
      // Of the 250 ms there are fewer than 140 left before, and more than 150 after it, if both looks were quick.
      const seen = await until(async () => {
        const begun = performance.now();
        const before = await leasedFor();
        if (before < 100 || before > 140) return null;
        await take(a, uid, '', false);
        const after = await leasedFor();
        return performance.now() - begun < 100 ? { before, after } : null;
      });
      expect(seen.after).toBeGreaterThan(seen.before);
    });

    it('is had for good, first, by a poll without acknowledgement that has just arrived', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2', '3']);
      const message = await take(a, uid, '', false);
      expect(await b.engine.mailboxes.pop(uid, 2, false)).toEqual({ values: ['1', '2'], leasedFor: 0 });
      // Its acknowledgement comes too late, and drops nothing else.
      expect((await take(a, uid, message.id, false)).value).toBe('3');
    });

    it('is alone: many that ask at once get the same', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      await pushAll(a, uid, ['1', '2']);
      const asked = Array.from({ length: 20 }, (_, i) => take(i % 2 === 0 ? a : b, uid, '', false));
      const messages = await Promise.all(asked);
      for (const message of messages) expect(message).toEqual(messages[0]);
    });
  });
}

/** The message that a poll with `ack` gets; there must be one. */
async function take(client: Client, uid: string, ack: string, parked: boolean): Promise<{ id: string; value: string }> {
  const { message } = await client.engine.mailboxes.take(uid, ack, parked);
  if (message === null) throw new Error('there was no message to take');
  return message;
}
