import { describe, expect, it } from '@jest/globals';
import { judge } from '../../chaos/check/judge.ts';
import { fault, got, historyOf, kindsOf, published, STEP, saw } from './histories.ts';

const THREE = published('1-a', '2-a', '3-a');
const SEEN = [saw(1, '1-a'), saw(2, '2-a'), saw(3, '3-a')];

describe('a follower of every entry', () => {
  it('that saw each of them, in order, is fine', () => {
    expect(kindsOf({ sets: THREE, every: SEEN })).toEqual([]);
  });

  it('must not miss one, whatever else it saw', () => {
    expect(kindsOf({ sets: THREE, every: [saw(1, '1-a'), saw(3, '3-a')] })).toEqual(['lost']);
    expect(kindsOf({ sets: THREE, every: [saw(1, '1-a'), saw(2, '2-a')] })).toEqual(['lost']);
    expect(kindsOf({ sets: THREE, every: [saw(2, '2-a'), saw(3, '3-a')] })).toEqual(['lost']);
    expect(kindsOf({ sets: THREE, every: [] })).toEqual(['lost']);
  });

  it('must not see them out of order, or twice', () => {
    expect(kindsOf({ sets: THREE, every: [saw(2, '2-a'), saw(1, '1-a'), saw(3, '3-a')] })).toEqual(['lost', 'order']);
    expect(kindsOf({ sets: THREE, every: [...SEEN.slice(0, 2), saw(2, '2-a'), saw(3, '3-a')] })).toEqual(['order']);
  });

  it('goes on in a new epoch where the one before was left', () => {
    const sets = published('1-a', '2-a', '3-b');
    const faults = [fault({ lives: 1 })];
    expect(kindsOf({ sets, every: [saw(1, '1-a'), saw(2, '2-a'), saw(3, '3-b')], faults })).toEqual([]);
    expect(kindsOf({ sets, every: [saw(1, '1-a'), saw(3, '3-b')], faults })).toEqual(['lost']);
  });

  it('may miss what it was told of, not what comes later', () => {
    const faults = [fault({ lives: 2 })];
    const told = saw(3, '3-a', { recovered: false });
    expect(kindsOf({ sets: THREE, every: [saw(1, '1-a'), told], faults })).toEqual([]);
    const sets = published('1-a', '2-a', '3-a', '4-a', '5-a');
    expect(kindsOf({ sets, every: [saw(1, '1-a'), told, saw(5, '5-a')], faults })).toEqual(['lost']);
  });

  it('was not told of an entry that was set after it was told', () => {
    const early = saw(1, '1-a', { recovered: false, at: 5 });
    expect(kindsOf({ sets: THREE, every: [early, saw(3, '3-a')], faults: [fault({ lives: 2 })] })).toEqual(['lost']);
  });

  it('that was told has to be given the state there is', () => {
    const told = { at: 290, number: null, cursor: '', recovered: false };
    expect(kindsOf({ sets: THREE, every: [saw(1, '1-a'), told], faults: [fault({ lives: 2 })] })).toEqual(['lost']);
  });

  it('is not told without a reason', () => {
    const every = [saw(1, '1-a'), saw(2, '2-a', { recovered: false }), saw(3, '3-a')];
    expect(kindsOf({ sets: THREE, every })).toEqual(['told']);
    expect(kindsOf({ sets: THREE, every, faults: [fault({ lives: 1 })] })).toEqual(['told']);
    expect(kindsOf({ sets: THREE, every, faults: [fault({ lives: 1 }), fault({ lives: 1 })] })).toEqual([]);
  });
});

describe('what Redis itself loses', () => {
  /** Values 2 and 3 were written once, and their places again. */
  const sets = published('1-a', '2-a', '3-a', '2-b', '3-b');
  const faults = [fault({ from: 2 * STEP, to: 3 * STEP - 20, lossFrom: STEP, lives: 1 })];

  it('nobody needs to have seen', () => {
    expect(kindsOf({ sets, every: [saw(1, '1-a'), saw(4, '2-b'), saw(5, '3-b')], faults })).toEqual([]);
  });

  it('who had seen it has to be told', () => {
    const before = [saw(1, '1-a'), saw(2, '2-a'), saw(3, '3-a')];
    expect(kindsOf({ sets, every: [...before, saw(4, '2-b'), saw(5, '3-b')], faults })).toEqual(['order']);
    expect(kindsOf({ sets, every: [...before, saw(4, '2-b', { recovered: false }), saw(5, '3-b')], faults })).toEqual(
      [],
    );
  });

  it('is lost by the server, if Redis cannot have lost it', () => {
    const every = [saw(1, '1-a'), saw(4, '2-b'), saw(5, '3-b')];
    expect(kindsOf({ sets, every })).toEqual(['lost']);
    expect(kindsOf({ sets, every, faults: [fault({ from: 0, to: 1, lossFrom: 0 })] })).toEqual(['lost']);
  });

  it('does not excuse what Redis kept: its place was not given to another', () => {
    const kept = published('1-a', '2-a', '3-a', '4-b', '5-b');
    const missing = [saw(1, '1-a'), saw(2, '2-a'), saw(4, '4-b', { at: 320 }), saw(5, '5-b')];
    expect(kindsOf({ sets: kept, every: missing, faults })).toEqual(['lost']);
  });

  it('a log that begins anew at the same offset is another one', () => {
    const anew = published('1-a', '2-a', '1-b', '2-b', '3-b');
    const every = [saw(1, '1-a'), saw(2, '2-a'), saw(5, '3-b')];
    const empty = [fault({ from: STEP + 50, to: STEP + 60, lossFrom: 0, lives: 1 })];
    expect(kindsOf({ sets: anew, every, faults: empty })).toEqual(['lost']);
  });
});

describe('a follower of the newest entry', () => {
  it('may skip entries, and ends with the newest', () => {
    expect(kindsOf({ sets: THREE, newest: [saw(1, '1-a'), saw(3, '3-a')] })).toEqual([]);
    expect(kindsOf({ sets: THREE, newest: [saw(1, '1-a'), saw(2, '2-a')] })).toEqual(['lost']);
  });

  it('may end with one that was written nobody knows when', () => {
    const sets = published('1-a', 'unknown', '2-a');
    expect(kindsOf({ sets, newest: [saw(1, '1-a'), saw(2, '3-a', { at: 400 })] })).toEqual([]);
  });

  it('never goes back, unless it is told', () => {
    const faults = [fault({ lives: 2 })];
    expect(kindsOf({ sets: THREE, newest: [saw(2, '2-a'), saw(1, '1-a'), saw(3, '3-a')], faults })).toEqual(['order']);
    const told = saw(1, '1-a', { recovered: false });
    expect(kindsOf({ sets: THREE, newest: [saw(2, '2-a'), told, saw(3, '3-a')], faults })).toEqual([]);
  });
});

describe('phantoms', () => {
  it('are values that nobody sent, that were sent later, or that were refused', () => {
    expect(kindsOf({ sets: THREE, every: [...SEEN, saw(4, '4-a')] })).toContain('phantom');
    expect(kindsOf({ sets: THREE, every: [...SEEN, saw(Number.NaN, '4-a')] })).toContain('phantom');
    expect(kindsOf({ sets: THREE, every: [saw(1, '1-a'), saw(2, '2-a', { at: 1 }), saw(3, '3-a')] })).toEqual([
      'phantom',
    ]);
    const sets = published('1-a', 'refused', '3-a');
    expect(kindsOf({ sets, every: SEEN })).toEqual(['phantom']);
  });

  it('are not those of which nobody knows: they may be there or not', () => {
    expect(kindsOf({ sets: published('1-a', 'unknown', '3-a'), every: SEEN })).toEqual([]);
    const without = [saw(1, '1-a'), saw(3, '2-a')];
    expect(kindsOf({ sets: published('1-a', 'unknown', '2-a'), every: without })).toEqual([]);
  });

  it('are two values in one place', () => {
    expect(kindsOf({ sets: THREE, newest: [saw(2, '1-a'), saw(3, '3-a')] })).toEqual(['phantom']);
    expect(kindsOf({ sets: published('1-a', '2-a', '2-a'), newest: [saw(3, '2-a')] })).toEqual(['phantom']);
  });
});

describe('waiting', () => {
  const late = [saw(1, '1-a'), saw(2, '2-a', { at: 8_000 }), saw(3, '3-a', { at: 8_000 })];

  it('for longer than a silent loss may take is a violation', () => {
    expect(kindsOf({ sets: THREE, every: late })).toEqual(['late']);
    expect(kindsOf({ sets: THREE, newest: late })).toEqual(['late']);
    expect(kindsOf({ pushes: published('', ''), receipts: [got(1), { ...got(2), at: 8_000 }] })).toEqual(['late']);
  });

  it('while something is broken, or for less than that after it, is none', () => {
    expect(kindsOf({ sets: THREE, every: late, faults: [fault({ from: 120, to: 3_000 })] })).toEqual([]);
    expect(kindsOf({ sets: THREE, every: late, faults: [fault({ from: 120, to: 1_000 })] })).toEqual(['late']);
  });

  it('are not those behind which stands one that nobody knew of, written later', () => {
    const last = { number: 4, sentAt: 9_000, endedAt: 9_010, outcome: 'acknowledged' as const, cursor: '4-a' };
    const sets = [...published('1-a', 'unknown', '2-a'), last];
    const end = saw(4, '4-a', { at: 9_020 });
    expect(kindsOf({ sets, newest: [saw(1, '1-a'), saw(2, '3-a', { at: 230 }), end] })).toEqual([]);
    expect(kindsOf({ sets, newest: [saw(1, '1-a'), end] })).toEqual(['late']);
  });
});

describe('the tally', () => {
  it('counts what was published, what came, and what was told', () => {
    const sets = published('1-a', 'refused', 'unknown', '2-a');
    const every = [saw(1, '1-a'), saw(4, '2-a', { recovered: false })];
    const { tally } = judge(historyOf({ sets, every, pushes: published(''), receipts: [got(1)] }));
    expect(tally).toEqual({ acknowledged: 3, refused: 1, unknown: 1, deliveries: 3, told: 1, lostByRedis: 0 });
  });
});
