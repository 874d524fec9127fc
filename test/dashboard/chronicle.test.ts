import { describe, expect, it } from '@jest/globals';
import { Chronicle, HISTORY_SECONDS } from '../../src/dashboard/chronicle.ts';
import type { ServerFacts, Tick } from '../../src/dashboard/wire.ts';

const SERVER = { run: 'run1', machine: 'here' } as ServerFacts;

function chronicle(): Chronicle {
  return new Chronicle('run1', () => SERVER);
}

function tick(at: number): Tick {
  return { point: { at } } as Tick;
}

function entry(at: number): Parameters<Chronicle['addEntry']>[0] {
  return { at, incident: 'died', worker: 1, text: '' };
}

describe('the chronicle', () => {
  it('tells a new page everything', () => {
    const told = chronicle();
    told.addTick(tick(1));
    told.addEntry(entry(2));
    told.addTick(tick(3));
    expect(told.id).toBe('run1-3');
    expect(told.opening(undefined)).toMatchObject({
      resumed: false,
      points: [{ at: 1 }, { at: 3 }],
      journal: [{ at: 2 }],
      tick: { point: { at: 3 } },
    });
  });

  it('tells a page that comes back what it missed, and nothing twice', () => {
    const told = chronicle();
    told.addTick(tick(1));
    const id = told.id;
    told.addEntry(entry(2));
    told.addTick(tick(3));
    expect(told.opening(id)).toMatchObject({ resumed: true, points: [{ at: 3 }], journal: [{ at: 2 }] });
    expect(told.opening(told.id)).toMatchObject({ resumed: true, points: [], journal: [] });
  });

  it.each(['run2-1', 'run1-9', 'run1-', 'run1', '-1', '', 'run1-1e0', 'run1-0'])(
    'begins anew for an id that is none of this run: %p',
    (id) => {
      const told = chronicle();
      told.addTick(tick(1));
      expect(told.opening(id)).toMatchObject({ resumed: false, points: [{ at: 1 }] });
    },
  );

  it('keeps ten minutes, and begins anew for who has been away for longer', () => {
    const told = chronicle();
    told.addTick(tick(0));
    const id = told.id;
    for (let second = 1; second <= HISTORY_SECONDS + 5; second++) told.addTick(tick(second));
    const opening = told.opening(id);
    expect(opening.resumed).toBe(false);
    expect(opening.points).toHaveLength(HISTORY_SECONDS);
    expect(opening.points[0]).toEqual({ at: 6 });
  });

  it('keeps a bounded journal', () => {
    const told = chronicle();
    for (let at = 0; at < 1000; at++) told.addEntry(entry(at));
    expect(told.opening(undefined).journal).toHaveLength(200);
  });
});
