import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { EmbeddedStore, type EmbeddedStoreOptions } from '../../src/engine/embedded/store.ts';
import { IDEMPOTENCY_MS, LEASE_MS } from '../../src/engine/engine.ts';
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

describe('time', () => {
  it('ends a log at its ttl, not before', () => {
    const { worker } = open();
    worker.call(append('k', 'x', { ttl: 1.5 }));
    clock.turn(1_499);
    expect(worker.call({ op: 'read', key: 'k', history: false })).toMatchObject({ expiresAt: clock.now() + 1 });
    clock.turn(1);
    expect(worker.call({ op: 'read', key: 'k', history: false })).toBeNull();
    expect(worker.call(append('k', 'y'))).toMatchObject({ offset: 1 });
  });

  it('does not announce a delete of what has expired: who watches has worked it out', () => {
    const { worker } = open();
    worker.watch(['k']);
    worker.call(append('k', 'x', { ttl: 1 }));
    clock.turn(1_000);
    worker.call({ op: 'remove', key: 'k' });
    expect(worker.of('notice').map(({ notice }) => notice.type)).toEqual(['entry']);
  });

  it('takes old entries at the history ttl, not before, and leaves the newest', () => {
    const { worker } = open();
    worker.call(append('k', '1'));
    clock.turn(10_000);
    worker.call(append('k', '2'));
    clock.turn(49_999);
    expect(worker.call({ op: 'read', key: 'k', history: true })).toMatchObject({ first: 1, values: ['1', '2'] });
    clock.turn(1);
    expect(worker.call({ op: 'read', key: 'k', history: true })).toMatchObject({ first: 2, values: ['2'] });
    clock.turn(1e9);
    expect(worker.call({ op: 'read', key: 'k', history: true })).toMatchObject({ first: 2, values: ['2'] });
  });

  it('forgets an id after five minutes, not before', () => {
    const { worker } = open();
    const first = worker.call(append('k', 'x', { id: 'i' }));
    clock.turn(IDEMPOTENCY_MS - 1);
    expect(worker.call(append('k', 'x', { id: 'i' }))).toEqual(first);
    expect(worker.call(append('k', 'y', { id: 'i' }))).toEqual({ type: 'conflict' });
    clock.turn(1);
    expect(worker.call(append('k', 'y', { id: 'i' }))).toMatchObject({ type: 'appended', offset: 2 });
    // Remembered anew, from now.
    clock.turn(IDEMPOTENCY_MS - 1);
    expect(worker.call(append('k', 'x', { id: 'i' }))).toEqual({ type: 'conflict' });
  });

  it('ends a lease after 30 seconds, not before', () => {
    const { worker } = open();
    worker.call({ op: 'push', uid: 'u', value: 'x' });
    worker.call({ op: 'take', uid: 'u', ack: '', parked: false });
    clock.turn(LEASE_MS - 1);
    expect(worker.call({ op: 'take', uid: 'u', ack: '', parked: true })).toEqual({ message: null, leasedFor: 1 });
    clock.turn(1);
    expect(worker.call({ op: 'take', uid: 'u', ack: '', parked: true }).message?.value).toBe('x');
    expect(worker.call({ op: 'pop', uid: 'u', count: 1, parked: true })).toEqual({ values: [], leasedFor: LEASE_MS });
  });
});

describe('connections', () => {
  it('are told only what they watch', () => {
    const { store, worker } = open();
    const other = new BareWorker(store);
    worker.watch(['k'], ['u']);
    other.watch(['l'], ['v']);
    worker.call(append('k', 'x'));
    worker.call({ op: 'push', uid: 'u', value: 'x' });
    expect(worker.of('notice')).toHaveLength(1);
    expect(worker.of('mailbox')).toHaveLength(1);
    expect([...other.of('notice'), ...other.of('mailbox')]).toEqual([]);
  });

  it('are told nothing of what they have left', () => {
    const { worker } = open();
    worker.watch(['k', 'l'], ['u', 'v']);
    worker.connection.receive({ type: 'unwatch', keys: ['k'], uids: ['u'] });
    for (const key of ['k', 'l']) worker.call(append(key, 'x'));
    for (const uid of ['u', 'v']) worker.call({ op: 'push', uid, value: 'x' });
    expect(worker.of('notice').map(({ key }) => key)).toEqual(['l']);
    expect(worker.of('mailbox').map(({ uid }) => uid)).toEqual(['v']);
  });

  it('are told nothing once they are closed, and others still are', () => {
    const { store, worker } = open();
    const other = new BareWorker(store);
    worker.watch(['k'], ['u']);
    other.watch(['k'], ['u']);
    other.connection.close();
    other.connection.close();
    const before = other.received.length;
    worker.call(append('k', 'x'));
    worker.call({ op: 'push', uid: 'u', value: 'x' });
    other.watch(['k']);
    expect(other.received).toHaveLength(before);
    expect(worker.of('notice')).toHaveLength(1);
    expect(worker.of('mailbox')).toHaveLength(1);
  });

  it('hear of an append before its caller has the answer', () => {
    const { worker } = open();
    worker.watch(['k']);
    worker.call(append('k', 'x'));
    expect(worker.received.map(({ type }) => type)).toEqual(['live', 'notice', 'result']);
  });
});
