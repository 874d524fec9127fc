import { beforeEach, describe, expect, it } from '@jest/globals';
import { CometError } from '../../src/errors.ts';
import { MailboxDesk, UID } from './mailbox-desk.ts';
import { settled } from './world.ts';

let desk: MailboxDesk;

beforeEach(() => {
  desk = new MailboxDesk();
});

describe('the lease of a message', () => {
  it('that a newcomer took holds for those who were parked before', async () => {
    const parked = await desk.poll('');
    await desk.live();
    // Its own next look is a minute away.
    await desk.turn(15_100);
    await desk.turn(30_100);
    desk.box.hints = false;
    desk.box.list.push('a');
    const newcomer = await desk.poll('');
    expect(newcomer.told).toEqual(['a id-a']);
    await desk.turn(29_900);
    expect(parked.told).toEqual([]);
    await desk.turn(200);
    expect(parked.told).toEqual(['a id-a']);
  });

  /**
   * A take that Redis had done, and whose answer was lost with its connection, left the message to a lease of nobody's:
   * the poll that was parked for it waited 30 s.
   */
  it('whose answer was lost is not waited for by those who asked', async () => {
    const parked = await desk.poll('');
    await desk.live();
    desk.box.failing = new CometError('ENGINE_TIMEOUT');
    await desk.push('a');
    desk.box.list = [];
    desk.box.flight = { id: 'x', value: 'a', until: desk.clock.now() + 30_000 };
    desk.box.failing = null;
    await desk.turn(2_000);
    expect(parked.told).toEqual(['a x']);
  });

  /** A failover brought back what was acknowledged, with its lease: it came a second time, 30 s later, before all else. */
  it("of a message that was acknowledged, and is in flight again, is nobody's", async () => {
    const parked = await desk.poll('x');
    await desk.live();
    desk.box.flight = { id: 'x', value: 'acknowledged', until: desk.clock.now() + 30_000 };
    desk.box.list = ['next'];
    await desk.live();
    expect(parked.told).toEqual(['next id-next']);
  });

  it('is waited for where what failed was not done', async () => {
    const parked = await desk.poll('');
    await desk.live();
    desk.box.failing = new CometError('ENGINE_UNAVAILABLE');
    await desk.push('a');
    desk.box.list = [];
    desk.box.flight = { id: 'x', value: 'a', until: desk.clock.now() + 30_000 };
    desk.box.failing = null;
    await desk.turn(2_000);
    expect(parked.told).toEqual([]);
    await desk.turn(30_100);
    expect(parked.told).toEqual(['a x']);
  });

  it('that is heard of after everybody left sets nothing going', async () => {
    const parked = await desk.poll('');
    await desk.live();
    desk.box.flight = { id: 'x', value: 'x', until: desk.clock.now() + 60_000 };
    desk.box.held = [];
    desk.hub.feed.mailbox(UID);
    await settled();
    parked.abandon();
    await desk.turn(31_000);
    expect(desk.meters.keysWatched).toBe(0);
    await desk.release();
    await desk.turn(61_000);
    expect(desk.meters.keysWatched).toBe(0);
  });
});
