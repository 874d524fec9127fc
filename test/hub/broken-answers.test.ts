import { describe, expect, it } from '@jest/globals';
import { CometError } from '../../src/errors.ts';
import { Desk } from './desk.ts';
import { TestPoll } from './follower.ts';
import { MailboxDesk, TestMailboxPoll, UID } from './mailbox-desk.ts';
import { KEY, settled } from './world.ts';

/**
 * What one poll's answer threw was taken for a failed read of the engine: the polls behind it were told INTERNAL, and
 * where there was none nobody ever heard of it. Of a mailbox the messages in hand were lost with it.
 */

const THROWN = new Error('this answer cannot be written');

/** Its first answer throws. */
class BrokenPoll extends TestPoll {
  readonly errors: CometError[] = [];

  override onEntry(): void {
    throw THROWN;
  }

  override onTimeout(): void {
    throw THROWN;
  }

  override onError(error: CometError): void {
    this.errors.push(error);
    if (error.code !== 'INTERNAL') throw THROWN;
  }
}

class BrokenMailboxPoll extends TestMailboxPoll {
  readonly errors: CometError[] = [];

  override onMessage(): boolean {
    throw THROWN;
  }

  override onError(error: CometError): void {
    this.errors.push(error);
  }
}

const INTERNAL = new CometError('INTERNAL', { cause: THROWN });
const V1 = { type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined };

function broken(desk: Desk, cursor: string | null, timeout = 50_000): BrokenPoll {
  const poll = new BrokenPoll(cursor, false);
  desk.world.hub.poll(poll, KEY, timeout, false);
  return poll;
}

describe('an answer that throws', () => {
  it('after a read ends its own poll, and the polls behind it have their entry', async () => {
    const desk = new Desk();
    desk.world.engine.set(KEY, false);
    const poll = broken(desk, null);
    await desk.poll(null);
    await desk.read();
    expect(poll.errors).toEqual([INTERNAL]);
    expect(poll.errors[0]?.cause).toBe(THROWN);
    expect(desk.answers).toEqual([V1]);
    expect(desk.world.meters.waiters).toBe(0);
  });

  it('after a read is told where nobody else waits', async () => {
    const desk = new Desk();
    desk.world.engine.set(KEY, false);
    const poll = broken(desk, null);
    await desk.read();
    expect(poll.errors).toEqual([INTERNAL]);
  });

  it('to a notice does not keep the entry from the others', async () => {
    const desk = new Desk();
    const poll = broken(desk, '0');
    await desk.poll('0');
    await desk.prove();
    await desk.set();
    expect(poll.errors).toEqual([INTERNAL]);
    expect(desk.answers).toEqual([{ ...V1, recovered: true }]);
  });

  it('at its time-out does not keep time from passing for the others', async () => {
    const desk = new Desk();
    const poll = broken(desk, '0', 1000);
    await desk.poll('0', { timeout: 1000 });
    await desk.prove();
    await desk.world.turn(1500);
    expect(poll.errors).toEqual([INTERNAL]);
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '0', recovered: true }]);
  });

  it('with an error leaves the others theirs', async () => {
    const desk = new Desk();
    const poll = broken(desk, null);
    await desk.poll(null);
    desk.world.engine.failReads();
    await settled();
    expect(poll.errors.map(({ code }) => code)).toEqual(['ENGINE_UNAVAILABLE', 'INTERNAL']);
    expect(desk.answers).toEqual([{ type: 'error', code: 'ENGINE_UNAVAILABLE' }]);
  });
});

describe('a mailbox answer that throws', () => {
  it('loses its own message, counted, and the polls behind it have theirs', async () => {
    const desk = new MailboxDesk();
    const poll = new BrokenMailboxPoll(null, Number.POSITIVE_INFINITY);
    desk.hub.mailboxes.poll(poll, UID);
    const other = await desk.poll();
    await desk.live();
    desk.box.list.push('a', 'b');
    desk.hub.feed.mailbox(UID);
    await settled();
    expect(poll.errors).toEqual([INTERNAL]);
    expect(other.told).toEqual(['b']);
    expect(desk.meters.mailboxMessages.values.lost).toBe(1);
    expect(desk.box.list).toEqual([]);
  });

  it('leaves an acknowledged message in flight', async () => {
    const desk = new MailboxDesk();
    const poll = new BrokenMailboxPoll('', Number.POSITIVE_INFINITY);
    await desk.push('a');
    desk.hub.mailboxes.poll(poll, UID);
    await settled();
    expect(poll.errors).toEqual([INTERNAL]);
    expect((await desk.poll('')).told).toEqual([expect.stringMatching(/^a /)]);
  });
});
