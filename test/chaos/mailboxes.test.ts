import { describe, expect, it } from '@jest/globals';
import { judge } from '../../chaos/check/judge.ts';
import { fault, got, historyOf, kindsOf, published } from './histories.ts';

describe('a mailbox', () => {
  const pushes = published('', '', '');

  it('gives each message at least once, in order', () => {
    expect(kindsOf({ pushes, receipts: [got(1), got(1), got(2), got(3)] })).toEqual([]);
    expect(kindsOf({ pushes, receipts: [got(1), got(3)] })).toEqual(['lost']);
    expect(kindsOf({ pushes, receipts: [got(1), got(3), { ...got(2), at: 300 }] })).toEqual(['order']);
    expect(kindsOf({ pushes, receipts: [got(1), got(1, 'other'), got(2), got(3)] })).toEqual(['order']);
    expect(kindsOf({ pushes, receipts: [got(1), got(2), got(3), got(4)] })).toEqual(['phantom']);
  });

  it('may give what nobody knows of at any time, or never', () => {
    const some = published('', 'unknown', '');
    expect(kindsOf({ pushes: some, receipts: [got(1), got(3)] })).toEqual([]);
    expect(kindsOf({ pushes: some, receipts: [got(1), got(3), { ...got(2), at: 300 }] })).toEqual([]);
  });

  it('loses what Redis loses, and nothing that came after', () => {
    const receipts = [got(1), got(1, 'again'), got(3)];
    expect(kindsOf({ pushes, receipts, faults: [fault({ from: 150, to: 190, lossFrom: 0 })] })).toEqual([]);
    expect(kindsOf({ pushes, receipts: [got(1), got(2)], faults: [fault({ from: 50, to: 90, lossFrom: 0 })] })).toEqual(
      ['lost'],
    );
  });
});

describe('a mailbox that is read without ack', () => {
  const pushes = published('', '', '');
  const all = [got(1, ''), got(2, ''), got(3, '')];
  const end = (at: number, isBroken = true) => ({ at, isBroken });
  /** Two comes when three was there. */
  const overtaken = [got(1, ''), got(3, ''), { ...got(2, ''), at: 300 }];

  it('gives each message once, oldest first', () => {
    expect(kindsOf({ pushes, receipts: all, ends: [] })).toEqual([]);
    expect(kindsOf({ pushes, receipts: overtaken, ends: [] })).toEqual(['order']);
    expect(kindsOf({ pushes, receipts: [...all, got(4, '')], ends: [] })).toEqual(['phantom']);
  });

  it('never gives one twice, whatever breaks', () => {
    const receipts = [...all.slice(0, 2), got(2, ''), got(3, '')];
    const faults = [fault({ from: 100, to: 200 })];
    expect(kindsOf({ pushes, receipts, ends: [end(112), end(116, false)], faults })).toEqual(['order']);
    const lossy = [fault({ from: 100, to: 200, lossFrom: 0 })];
    expect(kindsOf({ pushes, receipts, ends: [], faults: lossy })).toEqual([]);
  });

  it('loses none but with a connection', () => {
    const receipts = [got(1, ''), got(3, '')];
    expect(kindsOf({ pushes, receipts, ends: [] })).toEqual(['lost']);
    expect(kindsOf({ pushes, receipts, ends: [end(150)] })).toEqual([]);
    expect(kindsOf({ pushes, receipts, ends: [end(150, false)] })).toEqual(['lost']);
    expect(kindsOf({ pushes, receipts, ends: [end(50), end(250)] })).toEqual(['lost']);
    expect(kindsOf({ pushes, receipts, ends: [], faults: [fault({ from: 50, to: 90 })] })).toEqual([]);
    expect(kindsOf({ pushes, receipts, ends: [], faults: [fault({ from: 250, to: 290 })] })).toEqual(['lost']);
    const later = pushes.map((push) => ({ ...push, sentAt: push.sentAt + 5_000, endedAt: push.endedAt + 5_000 }));
    const arrived = receipts.map((receipt) => ({ ...receipt, at: receipt.at + 5_000 }));
    const early = [fault({ from: 50, to: 90 })];
    expect(kindsOf({ pushes: later, receipts: arrived, ends: [], faults: early })).toEqual(['lost']);
  });

  it('loses none for want of CPU, but while there is none', () => {
    const history = historyOf({ pushes, receipts: [got(1, ''), got(3, '')], ends: [] });
    const kinds = (from: number, to: number) =>
      judge({ ...history, stalls: [{ from, to }] }).violations.map(({ kind }) => kind);
    expect(kinds(150, 180)).toEqual([]);
    expect(kinds(50, 90)).toEqual(['lost']);
  });

  it('may give one that went back later than the next', () => {
    expect(kindsOf({ pushes, receipts: overtaken, ends: [end(150, false)] })).toEqual([]);
    expect(kindsOf({ pushes, receipts: overtaken, ends: [end(50, false), end(350)] })).toEqual(['order']);
  });

  it('gives them in time', () => {
    const receipts = [got(1, ''), got(2, ''), { ...got(3, ''), at: 9_000 }];
    expect(kindsOf({ pushes, receipts, ends: [] })).toEqual(['late']);
  });
});
