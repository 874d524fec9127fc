import { afterEach, describe, expect, it } from '@jest/globals';
import { EmbeddedStore } from '../../src/engine/embedded/store.ts';
import { append, BareWorker } from './embedded-worker.ts';

/** A worker that stands still while others write must cost the primary a bounded amount, and lose nothing for good. */
describe('a worker that does not keep up', () => {
  const stores: EmbeddedStore[] = [];

  afterEach(() => {
    for (const store of stores.splice(0)) store.stop();
  });

  function open(): { store: EmbeddedStore; slow: BareWorker; busy: BareWorker } {
    const store = new EmbeddedStore({ maxBytes: 1e8, historySize: 2, historyTtlMs: 60_000 });
    stores.push(store);
    return { store, slow: new BareWorker(store), busy: new BareWorker(store) };
  }

  /** Appends until the slow worker is told that it lost something. */
  function overrun(slow: BareWorker, busy: BareWorker): number {
    const value = 'x'.repeat(8_000);
    let count = 0;
    while (slow.of('lost').length === 0 && count < 10_000) {
      busy.call(append('k', value));
      busy.confirm();
      count++;
    }
    return count;
  }

  it('is told once that notices are left out, and then of none', () => {
    const { slow, busy } = open();
    slow.watch(['k'], ['u']);
    const count = overrun(slow, busy);
    // 16 MiB in pieces of 8 kB.
    expect(count).toBeGreaterThan(1_500);
    expect(count).toBeLessThan(3_000);
    const { length } = slow.received;
    overrun(slow, busy);
    busy.call(append('k', 'y'));
    busy.call({ op: 'push', uid: 'u', value: 'y' });
    expect(slow.received).toHaveLength(length);
    expect(slow.received.at(-1)).toEqual({ type: 'lost' });
  });

  it('does not slow down or lose anything for the others', () => {
    const { slow, busy } = open();
    slow.watch(['k']);
    busy.watch(['k']);
    overrun(slow, busy);
    busy.received.length = 0;
    busy.call(append('k', 'y'));
    expect(busy.of('notice')).toHaveLength(1);
    expect(busy.of('lost')).toEqual([]);
  });

  it('has calls refused as busy, and nothing is done', () => {
    const { slow, busy } = open();
    slow.watch(['k']);
    overrun(slow, busy);
    expect(() => slow.call(append('other', 'x'))).toThrow(expect.objectContaining({ code: 'ENGINE_BUSY' }));
    expect(busy.call({ op: 'read', key: 'other', history: false })).toBeNull();
  });

  it('is told live for all it watches once it has caught up, and hears of everything again', () => {
    const { slow, busy } = open();
    slow.watch(['k', 'l'], ['u']);
    overrun(slow, busy);
    // What is asked for meanwhile must not be promised yet.
    const lives = slow.of('live').length;
    slow.watch(['m']);
    expect(slow.of('live')).toHaveLength(lives);
    slow.confirm();
    expect(slow.of('live').at(-1)).toMatchObject({ round: 2, keys: ['k', 'l', 'm'], uids: ['u'] });
    const notices = slow.of('notice').length;
    busy.call(append('m', 'y'));
    expect(slow.of('notice')).toHaveLength(notices + 1);
    expect(slow.call({ op: 'read', key: 'm', history: false })).toMatchObject({ values: ['y'] });
  });

  it('is told live in pieces when it watches very many', () => {
    const { slow } = open();
    const keys = Array.from({ length: 12_000 }, (_, i) => `key ${i}`);
    slow.watch(keys, ['u']);
    const lives = slow.of('live');
    expect(lives.length).toBeGreaterThan(1);
    expect(lives.flatMap((live) => live.keys)).toEqual(keys);
    expect(lives.flatMap((live) => live.uids)).toEqual(['u']);
  });
});
