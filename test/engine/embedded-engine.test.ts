import { afterEach, describe, expect, it } from '@jest/globals';
import { EmbeddedEngine, type EmbeddedEngineOptions } from '../../src/engine/embedded/engine.ts';
import type { EngineRequest } from '../../src/engine/embedded/messages.ts';
import type { EntryNotice } from '../../src/engine/engine.ts';
import { Recorder } from '../contract/recorder.ts';
import { until } from '../support/until.ts';
import { HandClock } from './embedded-clock.ts';

const engines: EmbeddedEngine[] = [];

afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop();
});

/** An engine at a port that the test answers by hand. */
function open(options: EmbeddedEngineOptions = {}) {
  const sent: EngineRequest[] = [];
  const port = { isOpen: true };
  const events = new Recorder();
  const engine = new EmbeddedEngine(
    {
      send: (request) => {
        if (port.isOpen) sent.push(request);
        return port.isOpen;
      },
    },
    options,
  );
  engines.push(engine);
  engine.start(events);
  const ids = (): number[] => sent.flatMap((request) => (request.type === 'call' ? [request.id] : []));
  const answerAll = (now = 0): void => {
    for (const id of ids()) engine.receive({ type: 'result', id, result: null, now });
  };
  return { engine, sent, port, events, ids, answerAll };
}

function notice(epoch: string, times: Partial<EntryNotice> = {}): EntryNotice {
  return {
    type: 'entry',
    epoch,
    offset: 1,
    first: 1,
    ancestor: null,
    expiresAt: 0,
    value: 'x',
    acceptedAt: 0,
    ...times,
  };
}

describe('calls', () => {
  it('fail in time when the primary is silent, health says so, and a late answer makes it well', async () => {
    const { engine, answerAll } = open({ timeoutMs: 50 });
    answerAll();
    await until(() => engine.health().ready);
    await expect(engine.read('k', false)).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    expect(engine.health()).toEqual({ ready: false, reason: 'the primary does not answer' });
    answerAll();
    expect(engine.health()).toEqual({ ready: true });
  });

  it('show by a ping of their own that a primary which nobody asks is silent', async () => {
    const { engine, answerAll } = open({ timeoutMs: 50 });
    answerAll();
    await until(() => engine.health().ready);
    await until(() => !engine.health().ready);
  });

  it('are refused as busy above their number, timed-out ones included: nothing piles up', async () => {
    // The first ping is one of them.
    const { engine, answerAll } = open({ timeoutMs: 50, maxCalls: 3 });
    const calls = [engine.read('k', false), engine.read('l', false)];
    const outcomes = Promise.allSettled(calls);
    await expect(engine.read('m', false)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    expect(await outcomes).toMatchObject([
      { reason: { code: 'ENGINE_TIMEOUT' } },
      { reason: { code: 'ENGINE_TIMEOUT' } },
    ]);
    await expect(engine.read('m', false)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    answerAll();
    const read = engine.read('m', false);
    answerAll();
    expect(await read).toBeNull();
  });

  it('are refused as busy above their weight', async () => {
    const { engine, answerAll } = open({ maxCallWeight: 2_000 });
    const push = engine.mailboxes.push('u', 'x'.repeat(1_000));
    await expect(engine.mailboxes.push('u', 'x'.repeat(1_000))).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    answerAll();
    await push;
    const next = engine.mailboxes.push('u', 'x'.repeat(1_000));
    answerAll();
    await next;
  });

  it('fail as unavailable when the channel is closed, and health says so', async () => {
    const { engine, port, answerAll } = open();
    answerAll();
    port.isOpen = false;
    await expect(engine.read('k', false)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    expect(engine.health()).toEqual({ ready: false, reason: 'the channel to the primary is closed' });
  });

  it('fail with the code that the store gave', async () => {
    const { engine, ids } = open();
    const call = engine.mailboxes.push('u', 'x');
    engine.receive({ type: 'failure', id: ids().at(-1) ?? 0, code: 'ENGINE_FULL' });
    await expect(call).rejects.toMatchObject({ code: 'ENGINE_FULL' });
  });

  it('leave the engine unready until the primary has answered once', async () => {
    const { engine, answerAll } = open();
    expect(engine.health()).toEqual({ ready: false, reason: 'the primary has not answered yet' });
    answerAll();
    await until(() => engine.health().ready);
  });
});

describe('subscriptions', () => {
  const changes = (sent: readonly EngineRequest[]) =>
    sent.filter((request) => request.type === 'watch' || request.type === 'unwatch');

  it('of one turn of the event loop travel together', async () => {
    const { engine, sent } = open();
    for (const key of ['a', 'b', 'c']) engine.watch(key);
    engine.mailboxes.watch('u');
    engine.unwatch('b');
    await until(() => changes(sent).some(({ type }) => type === 'watch'));
    expect(changes(sent)).toEqual([
      { type: 'unwatch', keys: ['b'], uids: [] },
      { type: 'watch', round: 1, keys: ['a', 'c'], uids: ['u'] },
    ]);
  });

  it('are live by the answer to the last asking only', async () => {
    const { engine, sent, events } = open();
    engine.watch('k');
    await until(() => changes(sent).length === 1);
    engine.unwatch('k');
    await until(() => changes(sent).length === 2);
    engine.watch('k');
    await until(() => changes(sent).length === 3);
    const [first, , last] = changes(sent);
    // The answer to the first one: the store is about to take the other two, and will miss what comes between.
    engine.receive({ type: 'live', round: first?.type === 'watch' ? first.round : 0, keys: ['k'], uids: [], now: 0 });
    engine.receive({ type: 'notice', key: 'k', notice: notice('e') });
    expect(events.order('k')).toEqual([]);
    engine.receive({ type: 'live', round: last?.type === 'watch' ? last.round : 0, keys: ['k'], uids: [], now: 0 });
    engine.receive({ type: 'notice', key: 'k', notice: notice('e') });
    expect(events.order('k')).toEqual(['live', 'entry']);
  });

  it('name in live only what is still watched', async () => {
    const { engine, sent, events } = open();
    engine.watch('k');
    engine.watch('l');
    engine.mailboxes.watch('u');
    await until(() => changes(sent).length === 1);
    engine.unwatch('k');
    engine.receive({ type: 'live', round: 1, keys: ['k', 'l'], uids: ['u'], now: 0 });
    expect(events.heard).toEqual([{ type: 'live', keys: ['l'], uids: ['u'] }]);
  });

  it('pass on that notices were lost', () => {
    const { engine, events } = open();
    engine.receive({ type: 'lost' });
    expect(events.heard).toEqual([{ type: 'lost' }]);
  });

  it('are kept alive by receipts', async () => {
    const { engine, sent } = open();
    for (let i = 0; i < 100; i++) {
      engine.receive({ type: 'notice', key: 'k', notice: notice('e', { value: 'x'.repeat(8_000) }) });
    }
    const receipts = sent.flatMap((request) => (request.type === 'received' ? [request.weight] : []));
    expect(receipts.length).toBeGreaterThan(1);
    const total = receipts.reduce((sum, weight) => sum + weight, 0);
    expect(total).toBeGreaterThan(500_000);
    expect(total).toBeLessThan(850_000);
  });
});

describe("the primary's clock", () => {
  const HOUR = 3_600_000;

  it.each([HOUR, -HOUR])("may be %i ms off: times are given on this process's clock", async (off) => {
    const clock = new HandClock();
    const { engine, sent, events, ids } = open({ clock });
    engine.watch('k');
    await until(() => sent.some(({ type }) => type === 'watch'));
    const primary = (): number => clock.now() + off;
    // This one was 40 ms on the way; the next one shows it.
    engine.receive({ type: 'live', round: 1, keys: ['k'], uids: [], now: primary() - 40 });
    const read = engine.read('k', false);
    const log = { epoch: 'e', offset: 1, first: 1, ancestor: null, values: ['x'], expiresAt: primary() + 5_000 };
    engine.receive({ type: 'result', id: ids().at(-1) ?? 0, result: log, now: primary() });
    expect(await read).toEqual({ ...log, expiresAt: clock.now() + 5_000 });
    const times = { acceptedAt: primary() - 7, expiresAt: primary() + 60_000 };
    engine.receive({ type: 'notice', key: 'k', notice: notice('e', times) });
    expect(events.entries('k')[0]).toMatchObject({ acceptedAt: clock.now() - 7, expiresAt: clock.now() + 60_000 });
    engine.receive({ type: 'notice', key: 'k', notice: notice('e', { acceptedAt: primary() }) });
    expect(events.entries('k')[1]).toMatchObject({ expiresAt: 0 });
  });
});
