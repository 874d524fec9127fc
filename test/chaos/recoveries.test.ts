import { describe, expect, it } from '@jest/globals';
import { recoveries } from '../../chaos/check/recoveries.ts';
import type { Publish } from '../../chaos/history/history.ts';
import { fault, got, historyOf, published, type Story, saw } from './histories.ts';

const THREE = published('1-a', '2-a', '3-a');
const SEEN = [saw(1, '1-a'), saw(2, '2-a'), saw(3, '3-a')];

/** Milliseconds after each fault. */
function times(story: Story): (number | null)[] {
  return recoveries(historyOf(story)).map(({ ms }) => ms);
}

/** With another end of the `number`-th. */
function but(publishes: readonly Publish[], number: number, more: Partial<Publish>): Publish[] {
  return publishes.map((publish) => (publish.number === number ? { ...publish, ...more } : publish));
}

describe('recovery', () => {
  it('takes until the last follower has something that was acknowledged after the heal', () => {
    const newest = [saw(1, '1-a'), saw(3, '3-a', { at: 260 })];
    const story = { sets: THREE, every: SEEN, newest, faults: [fault({ from: 120, to: 150 })] };
    expect(recoveries(historyOf(story))).toEqual([{ fault: 'some-fault', ms: 110, starvedMs: 0, last: 'newest of k' }]);
  });

  it('begins when what was broken answers, whatever has to be mended after that', () => {
    const faults = [fault({ from: 60, to: 190, backAt: 90 })];
    expect(times({ sets: THREE, every: SEEN, faults })).toEqual([25]);
  });

  it('holds the time in which publishing is still refused', () => {
    const sets = but(THREE, 2, { outcome: 'refused', endedAt: 180, cursor: null });
    const every = [saw(1, '1-a'), saw(3, '2-a')];
    expect(times({ sets, every, faults: [fault({ from: 50, to: 90 })] })).toEqual([125]);
  });

  it('takes until what was under way when it was healed has come', () => {
    const sets = but(THREE, 2, { endedAt: 400 });
    const every = [saw(1, '1-a'), saw(2, '2-a', { at: 450 }), saw(3, '3-a', { at: 460 })];
    expect(times({ sets, every, faults: [fault({ from: 90, to: 300 })] })).toEqual([150]);
  });

  it('waits for those who take messages too, but where Redis lost data: an older one may have a lease', () => {
    const pushes = published('', '', '');
    const receipts = [got(1), got(2), { ...got(3), at: 900 }];
    const story = { sets: THREE, every: SEEN, pushes, receipts };
    expect(times({ ...story, faults: [fault({ from: 120, to: 150 })] })).toEqual([750]);
    expect(times({ ...story, faults: [fault({ from: 120, to: 150, lossFrom: 0 })] })).toEqual([65]);
    const lossBefore = fault({ fault: 'other', from: 20, to: 50, lossFrom: 0 });
    expect(times({ ...story, faults: [fault({ from: 120, to: 150 }), lossBefore] })).toEqual([65, 65]);
  });

  it('does not count on those who take messages without ack: theirs may be lost with a connection', () => {
    const story = { sets: THREE, every: SEEN, pushes: published('', '', ''), receipts: [got(1)], ends: [] };
    expect(times({ ...story, faults: [fault({ from: 120, to: 150 })] })).toEqual([65]);
  });

  it('says for how long of it there was no CPU', () => {
    const history = historyOf({ sets: THREE, every: SEEN, faults: [fault({ from: 20, to: 90 })] });
    const stalls = [
      { from: 0, to: 95 },
      { from: 93, to: 100 },
      { from: 110, to: 500 },
    ];
    expect(recoveries({ ...history, stalls })).toMatchObject([{ ms: 25, starvedMs: 15 }]);
  });
});

describe('recovery is not measured', () => {
  it("where another fault was there meanwhile: the time is that one's", () => {
    const faults = [fault({ from: 20, to: 50 }), fault({ fault: 'other', from: 60, to: 90 })];
    expect(times({ sets: THREE, every: SEEN, faults })).toEqual([null, 25]);
    const around = [fault({ from: 20, to: 90 }), fault({ fault: 'other', from: 30, to: 50 })];
    expect(times({ sets: THREE, every: SEEN, faults: around })).toEqual([25, null]);
    const apart = [fault({ from: 20, to: 50 }), fault({ fault: 'other', from: 150, to: 160 })];
    expect(times({ sets: THREE, every: SEEN, faults: apart })).toEqual([65, 55]);
  });

  it('where nobody publishes, or falls silent before anything is acknowledged', () => {
    const faults = [fault({ from: 1_000, to: 1_100 })];
    expect(times({ sets: THREE, every: SEEN, faults })).toEqual([null]);
    const [first, ...rest] = THREE.slice(0, 2);
    const late = rest.map((set) => ({ ...set, sentAt: 9_000, endedAt: 9_010 }));
    const sets = [{ ...(first as Publish), outcome: 'refused' as const, endedAt: 150 }, ...late];
    const every = [saw(2, '1-a', { at: 9_020 })];
    expect(times({ sets, every, faults: [fault({ from: 0, to: 100 })] })).toEqual([null]);
  });

  it('where a follower never got anything again', () => {
    expect(times({ sets: THREE, every: SEEN.slice(0, 2), faults: [fault({ from: 120, to: 150 })] })).toEqual([null]);
  });
});
