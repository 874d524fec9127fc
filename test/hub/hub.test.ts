import { beforeEach, describe, expect, it } from '@jest/globals';
import { Desk } from './desk.ts';
import { KEY, settled } from './world.ts';

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});

describe('a poll without a cursor', () => {
  it('is given the value by one read, without a subscription', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll(null);
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
    expect(desk.world.engine.executeSubscribe()).toBe(false);
    expect(desk.world.meters.keysWatched).toBe(0);
  });

  it('waits for the first value where there is none', async () => {
    await desk.poll(null);
    // It counts, against the bound too, from before anybody knows whether it will wait.
    expect(desk.world.meters.waiters).toBe(1);
    await desk.read();
    await desk.prove();
    expect(desk.answers).toEqual([]);
    await desk.set();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });

  it('is answered from the copy of a watched key, with no read', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    await desk.poll(null);
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
    expect(desk.world.engine.executeRead()).toBe(false);
  });

  it('asks the engine when it is to be fresh', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    desk.world.engine.set(KEY, false);
    await desk.poll(null, { fresh: true });
    expect(desk.answers).toEqual([]);
    await desk.read();
    expect(desk.answers.map((answer) => answer.type === 'entries' && answer.cursor)).toContain('2-e1');
  });

  it('is refused while the engine is away, but stays once it was parked', async () => {
    await desk.poll(null);
    desk.world.engine.failReads();
    await settled();
    expect(desk.answers).toEqual([{ type: 'error', code: 'ENGINE_UNAVAILABLE' }]);
    desk.answers.length = 0;
    await desk.poll(null);
    await desk.read();
    await desk.prove();
    desk.world.engine.cut();
    desk.world.engine.reconnect();
    await desk.world.steps('executeSubscribe', 'deliver', 'failReads');
    expect(desk.answers).toEqual([]);
    desk.world.engine.set(KEY, false);
    await desk.world.heal();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });

  it('with timeout 0 is answered by one read and parks nothing', async () => {
    await desk.poll(null, { timeout: 0 });
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '0', recovered: undefined }]);
    expect(desk.world.meters.waiters).toBe(0);
  });
});

describe('a cursor', () => {
  it('of the epoch before is good up to where that was left, and no further', async () => {
    for (let count = 0; count < 3; count++) desk.world.engine.set(KEY, false);
    await desk.poll('3-e1');
    await desk.poll('2-e1');
    await desk.prove();
    desk.answers.length = 0;
    await desk.poll('2-e1', { all: true });
    desk.world.engine.restartOlder(1);
    desk.world.engine.set(KEY, false);
    await desk.world.heal();
    expect(desk.answers).toContainEqual({ type: 'entries', values: ['v4'], cursor: '3-e4', recovered: false });
    desk.answers.length = 0;
    await desk.poll('2-e1', { all: true });
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v4'], cursor: '3-e4', recovered: true }]);
  });

  it('ahead of a copy that lags is settled by a read, not by guessing', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    desk.world.engine.set(KEY, false);
    const ahead = await desk.poll('2-e1');
    await desk.read();
    expect(ahead.answers).toBe(0);
    await desk.world.steps('deliver');
    expect(ahead.answers).toBe(0);
    await desk.set();
    expect(ahead.answers).toBe(1);
    expect(desk.answers).toContainEqual({ type: 'entries', values: ['v3'], cursor: '3-e1', recovered: true });
  });

  it('ahead of the log, or of an unknown epoch, is answered recovered:false', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('7-e1');
    await desk.poll('1-zz');
    await desk.prove();
    const answer = { type: 'entries', values: ['v1'], cursor: '1-e1', recovered: false };
    expect(desk.answers).toEqual([answer, answer]);
  });

  it('0 is recovered while the log still starts at offset 1', async () => {
    for (let count = 0; count < 4; count++) desk.world.engine.set(KEY, false);
    await desk.poll('0');
    await desk.prove();
    expect(desk.answers.pop()).toEqual({ type: 'entries', values: ['v4'], cursor: '4-e1', recovered: true });
    await desk.set();
    await desk.poll('0');
    expect(desk.answers.pop()).toEqual({ type: 'entries', values: ['v5'], cursor: '5-e1', recovered: false });
  });

  it('with all=1 gets every entry after it, or all that is retained', async () => {
    for (let count = 0; count < 6; count++) desk.world.engine.set(KEY, false);
    await desk.poll('4-e1', { all: true });
    await desk.prove();
    await desk.read();
    expect(desk.answers.pop()).toEqual({ type: 'entries', values: ['v5', 'v6'], cursor: '6-e1', recovered: true });
    await desk.poll('1-e1', { all: true });
    expect(desk.answers.pop()).toEqual({
      type: 'entries',
      values: ['v3', 'v4', 'v5', 'v6'],
      cursor: '6-e1',
      recovered: false,
    });
    await desk.poll(null, { all: true });
    expect(desk.answers.pop()).toEqual({
      type: 'entries',
      values: ['v3', 'v4', 'v5', 'v6'],
      cursor: '6-e1',
      recovered: undefined,
    });
  });
});

describe('a parked poll', () => {
  it('is woken by a notice, with no read', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    await desk.set();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
    expect(desk.world.engine.executeRead()).toBe(false);
  });

  it('is woken by one read when the value is too large for a notice', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.poll('1-e1');
    await desk.prove();
    await desk.set(true);
    await desk.read();
    expect(desk.answers).toHaveLength(2);
    expect(desk.world.engine.executeRead()).toBe(false);
  });

  it('gets a large value even if the read for it fails at first', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    await desk.set(true);
    await desk.world.steps('failReads');
    expect(desk.answers).toEqual([]);
    await desk.world.turn(300);
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
  });

  it('outlives a delete, and is told by the next set that it missed something', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    desk.world.engine.delete(KEY);
    await desk.world.steps('deliver');
    expect(desk.answers).toEqual([]);
    await desk.set();
    // Its epoch is foreign to the new log: one read tells that it isn't this worker that lags.
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '1-e2', recovered: false }]);
  });

  it('that times out after a delete is told so, with the cursor to go on from', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    desk.world.engine.delete(KEY);
    await desk.world.steps('deliver');
    await desk.world.turn(51_000);
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '0', recovered: false }]);
  });

  it('times out with its cursor, never early', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1', { timeout: 1000 });
    await desk.prove();
    await desk.world.turn(999);
    expect(desk.answers).toEqual([]);
    await desk.world.turn(102);
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '1-e1', recovered: true }]);
    expect(desk.world.meters.waiters).toBe(0);
  });

  it('keeps its cursor when it times out while nothing is certain', async () => {
    await desk.poll('5-e9', { timeout: 1000 });
    await desk.world.turn(1100);
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '5-e9', recovered: true }]);
  });

  it('is read for again after a failed read, without another poll', async () => {
    await desk.poll('1-e1');
    await desk.world.steps('executeSubscribe', 'deliver', 'failReads');
    desk.world.engine.set(KEY, false);
    desk.world.engine.set(KEY, false);
    await desk.world.turn(300);
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
  });

  it('is answered at once, spread over the drain, when the worker goes away', async () => {
    desk.world.engine.set(KEY, false);
    for (let count = 0; count < 50; count++) await desk.poll('1-e1');
    await desk.prove();
    desk.world.hub.drain(1000);
    await desk.world.turn(500);
    expect(desk.answers.length).toBeGreaterThan(5);
    expect(desk.answers.length).toBeLessThan(45);
    await desk.world.turn(600);
    expect(desk.answers).toHaveLength(50);
    expect(new Set(desk.answers.map((answer) => answer.type))).toEqual(new Set(['timeout']));
    await desk.poll('1-e1');
    expect(desk.answers).toHaveLength(51);
  });
});

describe('a subscription', () => {
  it('lingers no longer for a key that is set all the time', async () => {
    desk.world.engine.set(KEY, false);
    const waiter = await desk.poll('1-e1');
    await desk.prove();
    waiter.abandon();
    for (let count = 0; count < 4; count++) {
      await desk.set();
      await desk.world.turn(10_000);
    }
    expect(desk.world.meters.keysWatched).toBe(0);
  });

  it('lingers after the last waiter, then ends', async () => {
    const waiter = await desk.poll('0');
    await desk.prove();
    waiter.abandon();
    expect(desk.world.meters.waiters).toBe(0);
    await desk.world.turn(29_000);
    expect(desk.world.meters.keysWatched).toBe(1);
    await desk.poll('0');
    expect(desk.world.engine.executeSubscribe()).toBe(false);
    await desk.world.turn(60_000);
    await desk.world.turn(31_000);
    expect(desk.world.meters.keysWatched).toBe(0);
  });

  it('that was lost leaves copies unproven: a read decides', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    desk.world.engine.cut();
    await desk.poll(null);
    expect(desk.answers).toEqual([]);
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });
});
