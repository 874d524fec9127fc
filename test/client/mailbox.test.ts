import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Comet, MailboxOptions, Message } from 'comet-cluster/client';
import { until } from '../support/until.ts';
import { Site } from './site.ts';

let site: Site;
let comet: Comet;

beforeAll(async () => {
  site = await Site.start();
  comet = site.client();
});

afterAll(async () => {
  await site?.stop();
});

/** The first messages of a mailbox. */
async function take(uid: string, count: number, options: MailboxOptions = {}): Promise<Message[]> {
  const taken: Message[] = [];
  for await (const message of comet.mailbox(uid, { sign: site.sign(uid), ...options })) {
    if (taken.push(message) === count) break;
  }
  return taken;
}

const values = (messages: readonly Message[]) => messages.map(({ value }) => value);

describe('a mailbox', () => {
  it('gives messages in order; the last one, not acknowledged, comes again', async () => {
    for (const value of ['1', '2', '{"a":"ü"}']) await comet.push('order', value);
    const first = await take('order', 2);
    expect(values(first)).toEqual(['1', '2']);
    const second = await take('order', 2);
    expect(values(second)).toEqual(['2', '{"a":"ü"}']);
    expect(second[0]?.id).toBe(first[1]?.id);
  });

  it('waits, and loses nothing while the workers are killed and Redis restarts', async () => {
    const taking = take('faults', 30, { sign: async () => site.sign('faults') });
    await until(async () => (await site.figure('comet_waiters')) === 1);
    const pushed: string[] = [];
    for (let value = 0; value < 30; value++) {
      if (value === 10) for (const pid of await site.comet.workerPids()) process.kill(pid, 'SIGKILL');
      if (value === 20) await site.redis.restart();
      // Refused while nobody is there: `push` leaves it to its caller whether to do it twice.
      await until(() => comet.push('faults', `${value}`).then(() => true), { timeout: 20_000 });
      pushed.push(`${value}`);
    }
    const taken = await taking;
    const seen = new Map(taken.map(({ id, value }) => [id, value]));
    const inOrder = [...seen.values()];
    expect(inOrder).toEqual([...inOrder].sort((one, other) => Number(one) - Number(other)));
    expect(new Set(inOrder)).toEqual(new Set(pushed.slice(0, new Set(inOrder).size)));
  }, 90_000);

  it('is refused without the right sign', async () => {
    await expect(take('order', 1, { sign: site.sign('another') })).rejects.toMatchObject({ status: 404 });
  });

  it('ends with the signal', async () => {
    const controller = new AbortController();
    const taking = take('silent', 1, { signal: controller.signal });
    await until(async () => (await site.figure('comet_waiters')) === 1);
    controller.abort();
    expect(await taking).toEqual([]);
    await until(async () => (await site.figure('comet_waiters')) === 0);
  });

  it('ends with close(), as all others do, and takes nothing that comes after', async () => {
    const closing = site.client();
    const taken: Message[] = [];
    const loop = async (uid: string) => {
      for await (const message of closing.mailbox(uid, { sign: site.sign(uid) })) taken.push(message);
    };
    const later = closing.mailbox('closed', { sign: site.sign('closed') });
    const loops = [loop('closed'), loop('closed-too')];
    await until(async () => (await site.figure('comet_waiters')) === 2);
    closing.close();
    await Promise.all(loops);
    expect(await later.next()).toEqual({ done: true, value: undefined });
    await until(async () => (await site.figure('comet_waiters')) === 0);
    await comet.push('closed', 'stays');
    expect(values(await take('closed', 1))).toEqual(['stays']);
    expect(taken).toEqual([]);
    // A loop that is left behind lasts as long as its poll, 50 s.
  }, 20_000);
});
