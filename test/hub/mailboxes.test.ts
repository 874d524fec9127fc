import { beforeEach, describe, expect, it } from '@jest/globals';
import { CometError } from '../../src/errors.ts';
import { Hub } from '../../src/hub/hub.ts';
import { type MailboxEnd, MailboxPoll } from '../../src/hub/mailbox-poll.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeMailboxes } from './fake-mailboxes.ts';
import { settled } from './world.ts';

const UID = '42';
const UNAVAILABLE = new CometError('ENGINE_UNAVAILABLE');

let clock: FakeClock;
let box: FakeMailboxes;
let meters: Meters;
let hub: Hub;

beforeEach(() => {
  clock = new FakeClock();
  box = new FakeMailboxes(clock);
  meters = new Meters();
  hub = new Hub({
    engine: box.engine,
    clock,
    meters,
    maxWaiters: 100,
    maxWaitersPerKey: 3,
    maxWatchedKeys: 100,
    lingerMs: 30_000,
    historySize: 16,
    mailboxWaitMinMs: 15_000,
    mailboxWaitMaxMs: 900_000,
  });
  box.events = hub;
});

class TestPoll extends MailboxPoll {
  readonly told: string[] = [];
  /** Its client is gone, and nobody has noticed yet. */
  dead = false;

  override onMessage(value: string, id: string | null): boolean {
    if (this.dead) return false;
    this.told.push(id === null ? value : `${value} ${id}`);
    return true;
  }

  override onEnd(end: MailboxEnd): void {
    this.told.push(end);
  }

  override onError(error: CometError): void {
    this.told.push(error.code);
  }
}

async function poll(ack: string | null = null, timeout = Number.POSITIVE_INFINITY): Promise<TestPoll> {
  const arrived = new TestPoll(ack, timeout);
  hub.mailboxes.poll(arrived, UID);
  await settled();
  return arrived;
}

/** The subscription is acknowledged. */
async function live(): Promise<void> {
  hub.live([], [...box.watched]);
  await settled();
}

async function push(...values: string[]): Promise<void> {
  for (const value of values) await box.push(UID, value);
  await settled();
}

async function turn(ms: number): Promise<void> {
  clock.turn(ms);
  hub.advance();
  await settled();
}

describe('a mailbox poll', () => {
  it('is given the oldest message at once, without a subscription', async () => {
    await push('a', 'b');
    expect((await poll()).told).toEqual(['a']);
    expect(box.watched.size).toBe(0);
    expect(meters.waiters).toBe(0);
  });

  it('is woken by a hint', async () => {
    const parked = await poll();
    await live();
    await push('a');
    expect(parked.told).toEqual(['a']);
  });

  it('is woken by a message that came between its look and its subscription', async () => {
    const parked = await poll();
    box.list.push('a');
    await live();
    expect(parked.told).toEqual(['a']);
  });

  it('is woken by a hint that came while it was asking', async () => {
    const first = await poll();
    await live();
    first.abandon();
    box.held = [];
    const parked = new TestPoll(null, Number.POSITIVE_INFINITY);
    hub.mailboxes.poll(parked, UID);
    await push('a');
    expect(parked.told).toEqual([]);
    const { held } = box;
    box.held = null;
    for (const release of held) release();
    await settled();
    expect(parked.told).toEqual(['a']);
  });

  it('gets one message each, and the rest stays', async () => {
    const polls = [await poll(), await poll()];
    await live();
    box.hints = false;
    await push('a', 'b', 'c');
    hub.mailbox(UID);
    await settled();
    expect(polls.map((one) => one.told)).toEqual([['a'], ['b']]);
    expect(box.list).toEqual(['c']);
  });

  it('looks after 15, 30 … 480 s where no hint comes, and stops after 945', async () => {
    box.hints = false;
    const parked = await poll();
    await live();
    for (const wait of [15, 30, 60, 120, 240]) {
      const before = box.calls;
      await turn(wait * 1000 - 100);
      expect(box.calls).toBe(before);
      await turn(200);
      expect(box.calls).toBe(before + 1);
    }
    await turn(479_000);
    expect(parked.told).toEqual([]);
    await turn(2000);
    expect(parked.told).toEqual(['stop']);
    expect(meters.waiters).toBe(0);
  });

  it('finds by a look what no hint told of, in the last one too', async () => {
    box.hints = false;
    const parked = await poll();
    await live();
    await turn(15_100);
    for (const wait of [30, 60, 120, 240]) await turn(wait * 1000 + 100);
    await push('a');
    await turn(480_100);
    expect(parked.told).toEqual(['a']);
  });

  it('ends at its own time-out without a stop', async () => {
    const parked = await poll(null, 20_000);
    await live();
    await turn(20_100);
    expect(parked.told).toEqual(['timeout']);
    expect((await poll(null, 0)).told).toEqual(['timeout']);
  });

  it('that is gone loses nothing: the message goes to another, or back to where it was', async () => {
    const dead = await poll();
    await live();
    dead.dead = true;
    await push('a');
    expect(box.list).toEqual(['a']);
    expect(meters.mailboxMessages.values).toMatchObject({ delivered: 0, given_back: 1 });
    expect((await poll()).told).toEqual(['a']);
  });

  it('that leaves while it asks gives the message to the next', async () => {
    box.held = [];
    box.list.push('a');
    const leaving = new TestPoll(null, Number.POSITIVE_INFINITY);
    hub.mailboxes.poll(leaving, UID);
    leaving.abandon();
    const { held } = box;
    box.held = null;
    for (const release of held) release();
    await settled();
    expect(leaving.told).toEqual([]);
    expect((await poll()).told).toEqual(['a']);
    expect(meters.waiters).toBe(0);
  });

  it('keeps a message that cannot go back until the engine takes it', async () => {
    const dead = await poll();
    await live();
    dead.dead = true;
    box.held = [];
    await push('a');
    const { held } = box;
    box.held = null;
    box.failing = UNAVAILABLE;
    for (const release of held) release();
    await settled();
    expect(box.list).toEqual([]);
    box.failing = null;
    await turn(300);
    expect(box.list).toEqual(['a']);
  });

  it('leaves the hub busy until a message that was taken for it is back', async () => {
    box.held = [];
    box.list.push('a');
    const leaving = new TestPoll(null, Number.POSITIVE_INFINITY);
    hub.mailboxes.poll(leaving, UID);
    leaving.abandon();
    expect(hub.mailboxes.busy).toBe(true);
    box.failing = UNAVAILABLE;
    const { held } = box;
    box.held = null;
    for (const release of held) release();
    await settled();
    expect(hub.mailboxes.busy).toBe(true);
    hub.mailboxes.abandonMessages();
    expect(hub.mailboxes.busy).toBe(false);
    expect(meters.mailboxMessages.values.lost).toBe(1);
  });

  it('is bounded in number', async () => {
    for (let count = 0; count < 3; count++) await poll();
    expect((await poll()).told).toEqual(['TOO_MANY_WAITERS_ON_KEY']);
    expect(meters.waiters).toBe(3);
  });

  it('lets the subscription go after lingering', async () => {
    const parked = await poll();
    await live();
    expect(meters.keysWatched).toBe(1);
    parked.abandon();
    await turn(31_000);
    expect(box.watched.size).toBe(0);
    expect(meters.keysWatched).toBe(0);
  });
});

describe('an engine that is away', () => {
  it('refuses polls that come, and keeps those that are parked until it is back', async () => {
    const parked = await poll();
    await live();
    hub.lost();
    box.failing = UNAVAILABLE;
    expect((await poll()).told).toEqual(['ENGINE_UNAVAILABLE']);
    await turn(16_000);
    expect(parked.told).toEqual([]);
    box.failing = null;
    box.list.push('a');
    await live();
    expect(parked.told).toEqual(['a']);
  });

  it('is asked again after a pause when hints still come', async () => {
    const parked = await poll();
    await live();
    box.failing = UNAVAILABLE;
    await push('a');
    box.failing = null;
    expect(parked.told).toEqual([]);
    await turn(300);
    expect(parked.told).toEqual(['a']);
  });

  it('never ends a poll with the stop code', async () => {
    const parked = await poll();
    await live();
    box.failing = UNAVAILABLE;
    await turn(15_100);
    for (const wait of [30, 60, 120, 240, 480]) await turn(wait * 1000 + 100);
    expect(parked.told).toEqual(['ENGINE_UNAVAILABLE']);
  });
});

describe('an acknowledged poll', () => {
  it('gets the message again until it is acknowledged, then the next', async () => {
    await push('a', 'b');
    expect((await poll('')).told).toEqual(['a id-a']);
    expect((await poll('wrong')).told).toEqual(['a id-a']);
    expect((await poll('id-a')).told).toEqual(['b id-b']);
  });

  it('that is parked gets another one’s message when the lease is over', async () => {
    const parked = await poll('');
    await live();
    await push('a');
    expect(parked.told).toEqual(['a id-a']);
    // A second client of the same user, parked while the message is in flight.
    box.flight = null;
    const second = await poll('');
    box.flight = { id: 'id-x', value: 'x', until: clock.now() + 30_000 };
    hub.mailbox(UID);
    await settled();
    await turn(29_900);
    expect(second.told).toEqual([]);
    await turn(200);
    expect(second.told).toEqual(['x id-x']);
  });
});

describe('a drain', () => {
  it('refuses polls, and never stops old clients', async () => {
    const parked = await poll();
    await live();
    hub.drain(1000);
    await turn(1100);
    expect(parked.told).toEqual(['DRAINING']);
    expect((await poll()).told).toEqual(['DRAINING']);
  });
});
