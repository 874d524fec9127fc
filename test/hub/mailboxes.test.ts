import { beforeEach, describe, expect, it } from '@jest/globals';
import { CometError } from '../../src/errors.ts';
import { MailboxDesk, UID } from './mailbox-desk.ts';
import { settled } from './world.ts';

const UNAVAILABLE = new CometError('ENGINE_UNAVAILABLE');

let desk: MailboxDesk;

beforeEach(() => {
  desk = new MailboxDesk();
});

describe('a mailbox poll', () => {
  it('is given the oldest message at once, without a subscription', async () => {
    await desk.push('a', 'b');
    expect((await desk.poll()).told).toEqual(['a']);
    expect(desk.box.watched.size).toBe(0);
    expect(desk.meters.waiters).toBe(0);
  });

  it('is woken by a hint', async () => {
    const parked = await desk.poll();
    await desk.live();
    await desk.push('a');
    expect(parked.told).toEqual(['a']);
  });

  it('is woken by a message that came between its look and its subscription', async () => {
    const parked = await desk.poll();
    desk.box.list.push('a');
    await desk.live();
    expect(parked.told).toEqual(['a']);
  });

  it('is woken by a hint that came while it was asking', async () => {
    const first = await desk.poll();
    await desk.live();
    first.abandon();
    desk.box.held = [];
    const parked = desk.arrive();
    await desk.push('a');
    expect(parked.told).toEqual([]);
    await desk.release();
    expect(parked.told).toEqual(['a']);
  });

  it('gets one message each, and the rest stays', async () => {
    const polls = [await desk.poll(), await desk.poll()];
    await desk.live();
    desk.box.hints = false;
    await desk.push('a', 'b', 'c');
    desk.hub.feed.mailbox(UID);
    await settled();
    expect(polls.map((one) => one.told)).toEqual([['a'], ['b']]);
    expect(desk.box.list).toEqual(['c']);
  });

  it('looks after 15, 30 … 480 s where no hint comes, and stops after 945', async () => {
    desk.box.hints = false;
    const parked = await desk.poll();
    await desk.live();
    for (const wait of [15, 30, 60, 120, 240]) {
      const before = desk.box.calls;
      await desk.turn(wait * 1000 - 100);
      expect(desk.box.calls).toBe(before);
      await desk.turn(200);
      expect(desk.box.calls).toBe(before + 1);
    }
    await desk.turn(479_000);
    expect(parked.told).toEqual([]);
    await desk.turn(2000);
    expect(parked.told).toEqual(['stop']);
    expect(desk.meters.waiters).toBe(0);
  });

  it('finds by a look what no hint told of, in the last one too', async () => {
    desk.box.hints = false;
    const parked = await desk.poll();
    await desk.live();
    await desk.turn(15_100);
    for (const wait of [30, 60, 120, 240]) await desk.turn(wait * 1000 + 100);
    await desk.push('a');
    await desk.turn(480_100);
    expect(parked.told).toEqual(['a']);
  });

  it('ends at its own time-out without a stop', async () => {
    const parked = await desk.poll(null, 20_000);
    await desk.live();
    await desk.turn(20_100);
    expect(parked.told).toEqual(['timeout']);
    expect((await desk.poll(null, 0)).told).toEqual(['timeout']);
  });

  it('that is gone loses nothing: the message goes to another, or back to where it was', async () => {
    const dead = await desk.poll();
    await desk.live();
    dead.dead = true;
    await desk.push('a');
    expect(desk.box.list).toEqual(['a']);
    expect(desk.meters.mailboxMessages.values).toMatchObject({ delivered: 0, given_back: 1 });
    expect((await desk.poll()).told).toEqual(['a']);
  });

  it('that leaves while it asks gives the message to the next', async () => {
    desk.box.held = [];
    desk.box.list.push('a');
    const leaving = desk.arrive();
    leaving.abandon();
    await desk.release();
    expect(leaving.told).toEqual([]);
    expect((await desk.poll()).told).toEqual(['a']);
    expect(desk.meters.waiters).toBe(0);
  });

  it('keeps a message that cannot go back until the engine takes it', async () => {
    const dead = await desk.poll();
    await desk.live();
    dead.dead = true;
    desk.box.held = [];
    await desk.push('a');
    desk.box.failing = UNAVAILABLE;
    await desk.release();
    expect(desk.box.list).toEqual([]);
    desk.box.failing = null;
    await desk.turn(300);
    expect(desk.box.list).toEqual(['a']);
  });

  it('leaves the hub busy until a message that was taken for it is back', async () => {
    desk.box.held = [];
    desk.box.list.push('a');
    const leaving = desk.arrive();
    leaving.abandon();
    expect(desk.hub.mailboxes.busy).toBe(true);
    desk.box.failing = UNAVAILABLE;
    await desk.release();
    expect(desk.hub.mailboxes.busy).toBe(true);
    desk.hub.mailboxes.abandonMessages();
    expect(desk.hub.mailboxes.busy).toBe(false);
    expect(desk.meters.mailboxMessages.values.lost).toBe(1);
  });

  it('is bounded in number', async () => {
    for (let count = 0; count < 3; count++) await desk.poll();
    expect((await desk.poll()).told).toEqual(['TOO_MANY_WAITERS_ON_KEY']);
    expect(desk.meters.waiters).toBe(3);
  });

  it('lets the subscription go after lingering', async () => {
    const parked = await desk.poll();
    await desk.live();
    expect(desk.meters.keysWatched).toBe(1);
    parked.abandon();
    await desk.turn(31_000);
    expect(desk.box.watched.size).toBe(0);
    expect(desk.meters.keysWatched).toBe(0);
  });
});

describe('an engine that is away', () => {
  it('refuses polls that come, and keeps those that are parked until it is back', async () => {
    const parked = await desk.poll();
    await desk.live();
    desk.hub.feed.lost();
    desk.box.failing = UNAVAILABLE;
    expect((await desk.poll()).told).toEqual(['ENGINE_UNAVAILABLE']);
    await desk.turn(16_000);
    expect(parked.told).toEqual([]);
    desk.box.failing = null;
    desk.box.list.push('a');
    await desk.live();
    expect(parked.told).toEqual(['a']);
  });

  it('is asked again after a pause when hints still come', async () => {
    const parked = await desk.poll();
    await desk.live();
    desk.box.failing = UNAVAILABLE;
    await desk.push('a');
    desk.box.failing = null;
    expect(parked.told).toEqual([]);
    await desk.turn(300);
    expect(parked.told).toEqual(['a']);
  });

  it('never ends a poll with the stop code', async () => {
    const parked = await desk.poll();
    await desk.live();
    desk.box.failing = UNAVAILABLE;
    await desk.turn(15_100);
    for (const wait of [30, 60, 120, 240, 480]) await desk.turn(wait * 1000 + 100);
    expect(parked.told).toEqual(['ENGINE_UNAVAILABLE']);
  });
});

describe('an acknowledged poll', () => {
  it('gets the message again until it is acknowledged, then the next', async () => {
    await desk.push('a', 'b');
    expect((await desk.poll('')).told).toEqual(['a id-a']);
    expect((await desk.poll('wrong')).told).toEqual(['a id-a']);
    expect((await desk.poll('id-a')).told).toEqual(['b id-b']);
  });

  it('that is parked gets another one’s message when the lease is over', async () => {
    const parked = await desk.poll('');
    await desk.live();
    await desk.push('a');
    expect(parked.told).toEqual(['a id-a']);
    // A second client of the same user, parked while the message is in flight.
    desk.box.flight = null;
    const second = await desk.poll('');
    desk.box.flight = { id: 'id-x', value: 'x', until: desk.clock.now() + 30_000 };
    desk.hub.feed.mailbox(UID);
    await settled();
    await desk.turn(29_900);
    expect(second.told).toEqual([]);
    await desk.turn(200);
    expect(second.told).toEqual(['x id-x']);
  });
});

describe('a drain', () => {
  it('refuses polls, and never stops old clients', async () => {
    const parked = await desk.poll();
    await desk.live();
    desk.hub.drain(1000);
    await desk.turn(1100);
    expect(parked.told).toEqual(['DRAINING']);
    expect((await desk.poll()).told).toEqual(['DRAINING']);
  });
});
