import { describe, expect, it } from '@jest/globals';
import type { Worlds } from './engine-suite.ts';
import { pushAll } from './mailbox-suite.ts';
import { type Client, unique } from './world.ts';

/** Mailboxes that hold as many messages as they may: `most`. */
export function fullMailboxSuite(worlds: () => Worlds, most: number): void {
  describe('a mailbox that is full', () => {
    it('takes no more, however many come at once, until one is taken out', async () => {
      const { a, b } = worlds().lasting;
      const uid = unique('u');
      const codes = await Promise.all(Array.from({ length: most + 20 }, (_, i) => push(i % 2 === 0 ? a : b, uid)));
      expect(codes.filter((code) => code === 'ok')).toHaveLength(most);
      expect(codes.filter((code) => code === 'MAILBOX_FULL')).toHaveLength(20);
      expect(await push(a, unique('u'))).toBe('ok');
      await b.engine.mailboxes.pop(uid, 1, false);
      expect([await push(a, uid), await push(b, uid)]).toEqual(['ok', 'MAILBOX_FULL']);
      expect((await a.engine.mailboxes.pop(uid, 2 * most, false)).values).toHaveLength(most);
    });

    it('takes back what was taken out', async () => {
      const { a } = worlds().lasting;
      const uid = unique('u');
      await fill(a, uid, most);
      const { values } = await a.engine.mailboxes.pop(uid, 2, false);
      await pushAll(a, uid, ['x', 'y']);
      await a.engine.mailboxes.giveBack(uid, values);
      expect((await a.engine.mailboxes.pop(uid, 3, false)).values).toEqual([...values, 'm']);
    });

    it('does not count the message in flight', async () => {
      const { a } = worlds().lasting;
      const uid = unique('u');
      await fill(a, uid, most);
      await a.engine.mailboxes.take(uid, '', false);
      expect([await push(a, uid), await push(a, uid)]).toEqual(['ok', 'MAILBOX_FULL']);
    });
  });
}

async function fill(client: Client, uid: string, messages: number): Promise<void> {
  await Promise.all(Array.from({ length: messages }, () => client.engine.mailboxes.push(uid, 'm')));
}

/** `ok`, or the code with which it was refused. */
async function push(client: Client, uid: string): Promise<string> {
  return await client.engine.mailboxes.push(uid, 'm').then(
    () => 'ok',
    (error: { readonly code?: string }) => error.code ?? String(error),
  );
}
