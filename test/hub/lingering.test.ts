import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CometError } from '../../src/errors.ts';
import { Hub } from '../../src/hub/hub.ts';
import { MailboxPoll } from '../../src/hub/mailbox-poll.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeEngine } from './fake-engine.ts';
import { FakeMailboxes } from './fake-mailboxes.ts';
import { type Answer, TestPoll } from './follower.ts';
import { settled } from './world.ts';

const MAX = 3;

let clock: FakeClock;
let engine: FakeEngine;
let box: FakeMailboxes;
let meters: Meters;
let hub: Hub;
let answers: Answer[];

beforeEach(() => {
  clock = new FakeClock();
  engine = new FakeEngine(4);
  box = new FakeMailboxes(clock);
  meters = new Meters();
  answers = [];
  Object.assign(engine, { mailboxes: box });
  hub = new Hub({
    engine,
    clock,
    meters,
    maxWaiters: 100,
    maxWaitersPerKey: 100,
    maxWatchedKeys: MAX,
    lingerMs: 30_000,
    historySize: 4,
    mailboxWaitMinMs: 15_000,
    mailboxWaitMaxMs: 900_000,
  });
  engine.start(hub.feed);
});

/** Parks a poll on this key. */
function park(key: string): TestPoll {
  const poll = new TestPoll('0', false, (answer) => answers.push(answer));
  hub.poll(poll, key, 60_000, false);
  return poll;
}

class Mail extends MailboxPoll {
  readonly told: unknown[] = [];
  override onMessage(): boolean {
    return true;
  }
  override onEnd(): void {}
  override onError(error: CometError): void {
    this.told.push(error.code);
  }
}

describe('at the bound on watched keys', () => {
  it('what lingers gives way to what is waited for, the one left longest ago first', () => {
    for (const key of ['a', 'b', 'c']) park(key).abandon();
    expect(meters.keysWatched).toBe(MAX);
    park('a').abandon();
    park('d');
    expect(meters.keysWatched).toBe(MAX);
    expect(answers).toEqual([]);
    // "b" went; "a" was asked for again since.
    park('a');
    park('c');
    expect(meters.keysWatched).toBe(MAX);
    expect(answers).toEqual([]);
  });

  it('a poll is refused when all are waited for, and admitted when one has left', () => {
    const polls = ['a', 'b', 'c'].map(park);
    park('d');
    expect(answers).toEqual([{ type: 'error', code: 'TOO_MANY_KEYS' }]);
    polls[1]?.abandon();
    park('d');
    expect([answers.length, meters.keysWatched, meters.waiters]).toEqual([1, MAX, 3]);
  });

  it('mailboxes and keys give way to each other', async () => {
    for (const uid of ['1', '2', '3']) {
      const poll = new Mail(null, 60_000);
      hub.mailboxes.poll(poll, uid);
      await settled();
      poll.abandon();
    }
    expect([...box.watched]).toEqual(['1', '2', '3']);
    park('a').abandon();
    expect([...box.watched]).toEqual(['2', '3']);
    const poll = new Mail(null, 60_000);
    hub.mailboxes.poll(poll, '4');
    await settled();
    expect([[...box.watched], poll.told, meters.keysWatched]).toEqual([['3', '4'], [], MAX]);
  });

  it('what gave way is not let go a second time', () => {
    for (const key of ['a', 'b', 'c', 'd', 'e']) park(key).abandon();
    clock.turn(31_000);
    hub.advance();
    expect(meters.keysWatched).toBe(0);
  });
});
