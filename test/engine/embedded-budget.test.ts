import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { EngineCall } from '../../src/engine/embedded/messages.ts';
import { EmbeddedStore, type EmbeddedStoreOptions } from '../../src/engine/embedded/store.ts';
import { IDEMPOTENCY_MS } from '../../src/engine/engine.ts';
import { FakeClock } from '../hub/fake-clock.ts';
import { append, BareWorker } from './embedded-worker.ts';

let clock: FakeClock;
const stores: EmbeddedStore[] = [];

beforeEach(() => {
  clock = new FakeClock();
});

afterEach(() => {
  for (const store of stores.splice(0)) store.stop();
});

function open(options: Partial<EmbeddedStoreOptions> = {}): { store: EmbeddedStore; worker: BareWorker } {
  const store = new EmbeddedStore({ maxBytes: 1e6, historySize: 3, historyTtlMs: 60_000, clock, ...options });
  stores.push(store);
  return { store, worker: new BareWorker(store) };
}

/** Appends to new keys until the store is full; returns how many there were. */
function fillUp(worker: BareWorker): number {
  for (let i = 0; ; i++) {
    try {
      worker.call(append(`fill ${i}`, 'x'.repeat(900)));
    } catch {
      return i;
    }
  }
}

const FULL = expect.objectContaining({ code: 'ENGINE_FULL' });

type Step = EngineCall | { readonly op: 'turn'; readonly milliseconds: number };

const NAME = fc.constantFrom('k', 'ключ');
const VALUE = fc.string({ unit: 'binary', maxLength: 30 });
const parked = fc.constant(false);
const STEP: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    op: fc.constant('append' as const),
    key: NAME,
    value: VALUE,
    options: fc.record({ ttl: fc.constantFrom(0, 0, 2), id: fc.constantFrom('', '', 'i', 'ї') }),
  }),
  fc.record({ op: fc.constant('remove' as const), key: NAME }),
  fc.record({ op: fc.constant('push' as const), uid: NAME, value: VALUE }),
  fc.record({ op: fc.constant('pop' as const), uid: NAME, count: fc.nat({ max: 3 }), parked }),
  // 'last' stands for the id that was given last.
  fc.record({ op: fc.constant('take' as const), uid: NAME, ack: fc.constantFrom('', 'last'), parked }),
  fc.record({ op: fc.constant('turn' as const), milliseconds: fc.constantFrom(1_000, 61_000, IDEMPOTENCY_MS) }),
);

function perform(worker: BareWorker, step: Step): void {
  if (step.op === 'turn') {
    clock.turn(step.milliseconds);
  } else if (step.op === 'take' && step.ack === 'last') {
    const given = worker.of('result').flatMap(({ result }) => (result && 'message' in result ? [result.message] : []));
    worker.call({ ...step, ack: given.findLast((message) => message !== null)?.id ?? '' });
  } else {
    worker.call(step);
  }
}

describe('a full store', () => {
  it('refuses what is new, keeps everything it has, and never exceeds its bound', () => {
    const { store, worker } = open({ maxBytes: 100_000 });
    const count = fillUp(worker);
    expect(count).toBeGreaterThan(60);
    expect(store.bytes).toBeLessThanOrEqual(100_000);
    const big = 'x'.repeat(2_000);
    expect(() => worker.call(append('new', big))).toThrow(FULL);
    expect(() => worker.call(append('fill 0', big))).toThrow(FULL);
    expect(() => worker.call(append('new', big, { id: 'i' }))).toThrow(FULL);
    expect(() => worker.call({ op: 'push', uid: 'new', value: big })).toThrow(FULL);
    expect(worker.call({ op: 'read', key: 'new', history: true })).toBeNull();
    expect(worker.call({ op: 'pop', uid: 'new', count: 1, parked: false }).values).toEqual([]);
    for (let i = 0; i < count; i++) {
      const log = worker.call({ op: 'read', key: `fill ${i}`, history: true });
      expect(log).toMatchObject({ offset: 1, values: [expect.any(String)] });
    }
  });

  it('announces nothing that it refuses, and forgets the id of it', () => {
    const { worker } = open({ maxBytes: 100_000 });
    fillUp(worker);
    const big = 'x'.repeat(2_000);
    worker.watch(['new'], ['new']);
    expect(() => worker.call(append('new', big, { id: 'i' }))).toThrow(FULL);
    expect(() => worker.call({ op: 'push', uid: 'new', value: big })).toThrow(FULL);
    expect([...worker.of('notice'), ...worker.of('mailbox')]).toEqual([]);
    for (let i = 0; i < 5; i++) worker.call({ op: 'remove', key: `fill ${i}` });
    expect(worker.call(append('new', 'other', { id: 'i' }))).toMatchObject({ type: 'appended', offset: 1 });
  });

  it('still takes an entry in the place of one of that size', () => {
    const { worker } = open({ maxBytes: 10_000, historySize: 1 });
    fillUp(worker);
    expect(worker.call(append('fill 0', 'y'.repeat(900)))).toMatchObject({ offset: 2 });
    expect(() => worker.call(append('fill 0', 'y'.repeat(3_000)))).toThrow(FULL);
    expect(worker.call({ op: 'read', key: 'fill 0', history: false })).toMatchObject({ offset: 2 });
  });

  it('takes messages back: they were accepted before', () => {
    const { worker } = open({ maxBytes: 10_000 });
    worker.call({ op: 'push', uid: 'u', value: 'x'.repeat(2_000) });
    const { values } = worker.call({ op: 'pop', uid: 'u', count: 1, parked: false });
    fillUp(worker);
    worker.call({ op: 'give-back', uid: 'u', values });
    expect(worker.call({ op: 'pop', uid: 'u', count: 1, parked: false }).values).toEqual(values);
  });
});

describe('memory', () => {
  it.each([
    ['a log', (worker: BareWorker) => worker.call(append('k', 'x', { ttl: 1 })), 1_000],
    ['an id', (worker: BareWorker) => worker.call(append('k', 'x', { ttl: 1, id: 'i' })), IDEMPOTENCY_MS],
  ])('of %s comes back after its time though nobody asks for it', (_, use, time) => {
    const { store, worker } = open();
    use(worker);
    expect(store.bytes).toBeGreaterThan(0);
    clock.turn(time);
    store.sweep();
    expect(store.bytes).toBe(0);
  });

  it('of old entries comes back after their time though nobody asks for them', () => {
    const { store, worker } = open();
    worker.call(append('k', 'x'.repeat(5_000)));
    worker.call(append('k', 'x'));
    clock.turn(60_000);
    store.sweep();
    expect(store.bytes).toBeLessThan(1_000);
  });

  it('comes back from many logs, some sweeps later', () => {
    const { store, worker } = open({ maxBytes: 1e8 });
    for (let i = 0; i < 25_000; i++) {
      worker.call(append(`k${i}`, 'x', { ttl: 1 }));
      worker.confirm();
      worker.received.length = 0;
    }
    clock.turn(1_000);
    for (let i = 0; i < 4; i++) store.sweep();
    expect(store.bytes).toBe(0);
  });

  it('is all returned, whatever was done', () => {
    fc.assert(
      fc.property(fc.array(STEP, { maxLength: 60 }), (steps) => {
        const { store, worker } = open();
        for (const step of steps) perform(worker, step);
        for (const name of ['k', 'ключ']) {
          worker.call({ op: 'remove', key: name });
          worker.call({ op: 'pop', uid: name, count: 1_000, parked: false });
        }
        clock.turn(IDEMPOTENCY_MS);
        store.sweep();
        expect(store.bytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });
});
