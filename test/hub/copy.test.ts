import { describe, expect, it } from '@jest/globals';
import type { EntryNotice } from '../../src/engine/engine.ts';
import { Copy } from '../../src/hub/copy.ts';
import { formatCursor, parseCursor } from '../../src/hub/cursor.ts';

const LOG = { epoch: 'b', offset: 5, first: 3, ancestor: { epoch: 'a', offset: 4 }, expiresAt: 0 };

function copy(): Copy {
  return new Copy('key', LOG, ['v5']);
}

function notice(changes: Partial<EntryNotice>): EntryNotice {
  return { type: 'entry', ...LOG, offset: 6, value: 'v6', acceptedAt: 0, ...changes };
}

describe('a copy', () => {
  it.each([
    ['the next entry', notice({}), 'taken'],
    ['the newest again', notice({ offset: 5 }), 'known'],
    ['an older entry', notice({ offset: 2 }), 'known'],
    ['an entry after a gap', notice({ offset: 7 }), 'unclear'],
    ['an entry without its value', notice({ value: null }), 'unclear'],
    ['another epoch', notice({ epoch: 'c', ancestor: null }), 'unclear'],
    ['the next epoch, from exactly here', notice({ epoch: 'c', ancestor: { epoch: 'b', offset: 5 } }), 'taken'],
    [
      'the next epoch, from before here',
      notice({ epoch: 'c', offset: 5, ancestor: { epoch: 'b', offset: 4 } }),
      'unclear',
    ],
    ['the next epoch, from beyond', notice({ epoch: 'c', offset: 8, ancestor: { epoch: 'b', offset: 7 } }), 'unclear'],
    ['an epoch that left this one earlier', notice({ epoch: 'c', ancestor: { epoch: 'b', offset: 4 } }), 'unclear'],
  ])('takes %s as it is', (_, arrived, absorbed) => {
    expect(copy().absorb(arrived, 16)).toBe(absorbed);
  });

  it('keeps no more entries than it may, without a gap', () => {
    const held = copy();
    for (let offset = 6; offset < 20; offset++)
      held.absorb(notice({ offset, first: offset - 2, value: `v${offset}` }), 3);
    expect(held.entries.map((entry) => entry.value)).toEqual(['v17', 'v18', 'v19']);
    expect(held.start).toBe(17);
    expect(held.newest.cursor).toBe('19-b');
  });

  it.each([
    ['0', 'missed', 'history'],
    ['1-b', 'recovered', 'history'],
    ['2-b', 'recovered', 'history'],
    ['4-b', 'recovered', 'recovered'],
    ['5-b', 'wait', 'wait'],
    ['6-b', 'doubtful', 'doubtful'],
    ['4-a', 'recovered', 'recovered'],
    ['5-a', 'doubtful', 'doubtful'],
    ['4-z', 'doubtful', 'doubtful'],
  ])('judges the cursor %s as %s, and with all=1 as %s', (cursor, newest, all) => {
    expect(copy().judge(parseCursor(cursor), false)).toBe(newest);
    expect(copy().judge(parseCursor(cursor), true)).toBe(all);
  });

  it('that holds the history tells what it no longer reaches', () => {
    const whole = new Copy('key', LOG, ['v3', 'v4', 'v5']);
    expect(whole.judge(parseCursor('1-b'), true)).toBe('missed');
    expect(whole.judge(parseCursor('2-b'), true)).toBe('recovered');
    expect(whole.after(parseCursor('2-b')).map((entry) => entry.value)).toEqual(['v3', 'v4', 'v5']);
    expect(whole.after(parseCursor('4-b')).map((entry) => entry.value)).toEqual(['v5']);
  });
});

describe('a cursor', () => {
  it.each([
    '',
    '-',
    '1',
    '1-',
    '-a',
    '01-a',
    '0-a',
    '1.5-a',
    '-1-a',
    '1-a b',
    '1-ä',
    '1-a\n',
    '99999999999999999-a',
    `1-${'a'.repeat(41)}`,
  ])('is not %j', (text) => {
    expect(parseCursor(text)).toBeNull();
  });

  it.each(['0', '1-a', '9007199254740991-A_z-9'])('is %s, there and back', (text) => {
    const cursor = parseCursor(text);
    expect(cursor && formatCursor(cursor.offset, cursor.epoch)).toBe(text);
  });
});
