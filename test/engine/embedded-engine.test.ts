import { afterEach, describe, expect, it } from '@jest/globals';
import type { EmbeddedEngineOptions } from '../../src/engine/embedded/engine.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { FakeClock } from '../hub/fake-clock.ts';
import { standStill } from '../support/standstill.ts';
import { until } from '../support/until.ts';
import { entryNotice, HandPort } from './embedded-port.ts';

const ports: HandPort[] = [];

afterEach(async () => {
  for (const port of ports.splice(0)) await port.engine.stop();
});

function open(options: EmbeddedEngineOptions = {}): HandPort {
  const port = new HandPort(options);
  ports.push(port);
  return port;
}

describe('calls', () => {
  it('fail in time when the primary is silent, health says so, and a late answer makes it well', async () => {
    const port = open({ timeoutMs: 50 });
    port.answerAll();
    await until(() => port.engine.health().ready);
    await expect(port.engine.read('k', false)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    expect(port.engine.health()).toEqual({ ready: false, reason: 'the primary does not answer' });
    port.answerAll();
    expect(port.engine.health()).toEqual({ ready: true });
  });

  it('have their answers that came while this process stood still', async () => {
    const port = open({ timeoutMs: 50 });
    port.answerAll();
    await until(() => port.engine.health().ready);
    // Longer than the deadline, and than the time between two looks at it.
    const read = await standStill(
      600,
      () => port.engine.read('k', false),
      () => port.answerAll(),
    );
    expect(read).toBeNull();
  });

  it('show by a ping of their own that a primary which nobody asks is silent', async () => {
    const port = open({ timeoutMs: 50 });
    port.answerAll();
    await until(() => port.engine.health().ready);
    await until(() => !port.engine.health().ready);
  });

  it('are refused as busy above their number, timed-out ones included: nothing piles up', async () => {
    // The first ping is one of them.
    const port = open({ timeoutMs: 50, maxCalls: 3 });
    const calls = [port.engine.read('k', false), port.engine.read('l', false)];
    const outcomes = Promise.allSettled(calls);
    await expect(port.engine.read('m', false)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    expect(await outcomes).toMatchObject([
      { reason: { code: 'ENGINE_TIMEOUT' } },
      { reason: { code: 'ENGINE_TIMEOUT' } },
    ]);
    await expect(port.engine.read('m', false)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    port.answerAll();
    const read = port.engine.read('m', false);
    port.answerAll();
    expect(await read).toBeNull();
  });

  it('are refused as busy above their weight', async () => {
    const port = open({ maxCallWeight: 2_000 });
    const push = port.engine.mailboxes.push('u', 'x'.repeat(1_000));
    await expect(port.engine.mailboxes.push('u', 'x'.repeat(1_000))).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    port.answerAll();
    await push;
    const next = port.engine.mailboxes.push('u', 'x'.repeat(1_000));
    port.answerAll();
    await next;
  });

  it('fail as unavailable when the channel is closed, and health says so', async () => {
    const port = open();
    port.answerAll();
    port.isOpen = false;
    await expect(port.engine.read('k', false)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(port.engine.health()).toEqual({ ready: false, reason: 'the channel to the primary is closed' });
  });

  it('fail with the code that the store gave', async () => {
    const port = open();
    const call = port.engine.mailboxes.push('u', 'x');
    port.engine.receive({ type: 'failure', id: port.ids().at(-1) ?? 0, code: 'ENGINE_FULL' });
    await expect(call).rejects.toMatchObject({ code: 'ENGINE_FULL' });
  });

  it('leave the engine unready until the primary has answered once', async () => {
    const port = open();
    expect(port.engine.health()).toEqual({ ready: false, reason: 'the primary has not answered yet' });
    port.answerAll();
    await until(() => port.engine.health().ready);
  });
});

describe('subscriptions', () => {
  it('of one turn of the event loop travel together', async () => {
    const port = open();
    for (const key of ['a', 'b', 'c']) port.engine.watch(key);
    port.engine.mailboxes.watch('u');
    port.engine.unwatch('b');
    await until(() => port.changes().some(({ type }) => type === 'watch'));
    expect(port.changes()).toEqual([
      { type: 'unwatch', keys: ['b'], uids: [] },
      { type: 'watch', round: 1, keys: ['a', 'c'], uids: ['u'] },
    ]);
  });

  it('are live by the answer to the last asking only', async () => {
    const port = open();
    port.engine.watch('k');
    await until(() => port.changes().length === 1);
    port.engine.unwatch('k');
    await until(() => port.changes().length === 2);
    port.engine.watch('k');
    await until(() => port.changes().length === 3);
    const [first, , last] = port.changes();
    // The answer to the first one: the store is about to take the other two, and will miss what comes between.
    port.engine.receive({
      type: 'live',
      round: first?.type === 'watch' ? first.round : 0,
      keys: ['k'],
      uids: [],
      now: 0,
    });
    port.engine.receive({ type: 'notice', key: 'k', notice: entryNotice('e') });
    expect(port.events.order('k')).toEqual([]);
    port.engine.receive({
      type: 'live',
      round: last?.type === 'watch' ? last.round : 0,
      keys: ['k'],
      uids: [],
      now: 0,
    });
    port.engine.receive({ type: 'notice', key: 'k', notice: entryNotice('e') });
    expect(port.events.order('k')).toEqual(['live', 'entry']);
  });

  it('name in live only what is still watched', async () => {
    const port = open();
    port.engine.watch('k');
    port.engine.watch('l');
    port.engine.mailboxes.watch('u');
    await until(() => port.changes().length === 1);
    port.engine.unwatch('k');
    port.engine.receive({ type: 'live', round: 1, keys: ['k', 'l'], uids: ['u'], now: 0 });
    expect(port.events.heard).toEqual([{ type: 'live', keys: ['l'], uids: ['u'] }]);
  });

  it('pass on that notices were lost, and count it', () => {
    const meters = new Meters();
    const port = open({ meters });
    port.engine.receive({ type: 'lost' });
    expect(meters.resyncs).toBe(1);
    expect(port.events.heard).toEqual([{ type: 'lost', keys: null }]);
  });

  it('are kept alive by receipts', async () => {
    const port = open();
    for (let i = 0; i < 100; i++) {
      port.engine.receive({ type: 'notice', key: 'k', notice: entryNotice('e', { value: 'x'.repeat(8_000) }) });
    }
    const receipts = port.sent.flatMap((request) => (request.type === 'received' ? [request.weight] : []));
    expect(receipts.length).toBeGreaterThan(1);
    const total = receipts.reduce((sum, weight) => sum + weight, 0);
    expect(total).toBeGreaterThan(500_000);
    expect(total).toBeLessThan(850_000);
  });
});

describe("the primary's clock", () => {
  const HOUR = 3_600_000;

  it.each([HOUR, -HOUR])("may be %i ms off: times are given on this process's clock", async (off) => {
    const clock = new FakeClock();
    const port = open({ clock });
    port.engine.watch('k');
    await until(() => port.sent.some(({ type }) => type === 'watch'));
    const primary = (): number => clock.now() + off;
    // This one was 40 ms on the way; the next one shows it.
    port.engine.receive({ type: 'live', round: 1, keys: ['k'], uids: [], now: primary() - 40 });
    const read = port.engine.read('k', false);
    const log = { epoch: 'e', offset: 1, first: 1, ancestor: null, values: ['x'], expiresAt: primary() + 5_000 };
    port.engine.receive({ type: 'result', id: port.ids().at(-1) ?? 0, result: log, now: primary() });
    expect(await read).toEqual({ ...log, expiresAt: clock.now() + 5_000 });
    const times = { acceptedAt: primary() - 7, expiresAt: primary() + 60_000 };
    port.engine.receive({ type: 'notice', key: 'k', notice: entryNotice('e', times) });
    expect(port.events.entries('k')[0]).toMatchObject({ acceptedAt: clock.now() - 7, expiresAt: clock.now() + 60_000 });
    port.engine.receive({ type: 'notice', key: 'k', notice: entryNotice('e', { acceptedAt: primary() }) });
    expect(port.events.entries('k')[1]).toMatchObject({ expiresAt: 0 });
  });
});
