import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Answer, TestPoll } from './follower.ts';
import { KEY, settled, World } from './world.ts';

let world: World;
let answers: Answer[];

beforeEach(() => {
  world = new World();
  answers = [];
});

/** Polls with a cursor (`null`: without) and collects what it is told. */
async function poll(
  cursor: string | null,
  options: { all?: boolean; timeout?: number; fresh?: boolean } = {},
): Promise<TestPoll> {
  const waiter = new TestPoll(cursor, options.all ?? false, (answer) => answers.push(answer));
  world.hub.poll(waiter, KEY, options.timeout ?? 50_000, options.fresh ?? false);
  await settled();
  return waiter;
}

/** The key is subscribed, live and read. */
async function prove(): Promise<void> {
  await world.steps('executeSubscribe', 'deliver', 'executeRead', 'answerRead');
}

async function set(large = false): Promise<void> {
  world.engine.set(KEY, large);
  await world.steps('deliver');
}

/** Answers the one read that is under way. */
async function read(): Promise<void> {
  await world.steps('executeRead', 'answerRead');
}

describe('a poll without a cursor', () => {
  it('is given the value by one read, without a subscription', async () => {
    world.engine.set(KEY, false);
    await poll(null);
    await read();
    expect(answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
    expect(world.engine.executeSubscribe()).toBe(false);
    expect(world.meters.keysWatched).toBe(0);
  });

  it('waits for the first value where there is none', async () => {
    await poll(null);
    await read();
    await prove();
    expect(answers).toEqual([]);
    await set();
    expect(answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });

  it('is answered from the copy of a watched key, with no read', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    await poll(null);
    expect(answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
    expect(world.engine.executeRead()).toBe(false);
  });

  it('asks the engine when it is to be fresh', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    world.engine.set(KEY, false);
    await poll(null, { fresh: true });
    expect(answers).toEqual([]);
    await read();
    expect(answers.map((answer) => answer.type === 'entries' && answer.cursor)).toContain('2-e1');
  });

  it('is refused while the engine is away, but stays once it was parked', async () => {
    await poll(null);
    world.engine.failReads();
    await settled();
    expect(answers).toEqual([{ type: 'error', code: 'ENGINE_UNAVAILABLE' }]);
    answers = [];
    await poll(null);
    await read();
    await prove();
    world.engine.cut();
    world.engine.reconnect();
    await world.steps('executeSubscribe', 'deliver', 'failReads');
    expect(answers).toEqual([]);
    world.engine.set(KEY, false);
    await world.heal();
    expect(answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });

  it('with timeout 0 is answered by one read and parks nothing', async () => {
    await poll(null, { timeout: 0 });
    await read();
    expect(answers).toEqual([{ type: 'timeout', cursor: '0', recovered: undefined }]);
    expect(world.meters.waiters).toBe(0);
  });
});

describe('a cursor', () => {
  it('of the epoch before is good up to where that was left, and no further', async () => {
    for (let count = 0; count < 3; count++) world.engine.set(KEY, false);
    await poll('3-e1');
    await poll('2-e1');
    await prove();
    answers = [];
    await poll('2-e1', { all: true });
    world.engine.restartOlder(1);
    world.engine.set(KEY, false);
    await world.heal();
    expect(answers).toContainEqual({ type: 'entries', values: ['v4'], cursor: '3-e4', recovered: false });
    answers = [];
    await poll('2-e1', { all: true });
    expect(answers).toEqual([{ type: 'entries', values: ['v4'], cursor: '3-e4', recovered: true }]);
  });

  it('ahead of a copy that lags is settled by a read, not by guessing', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    world.engine.set(KEY, false);
    const ahead = await poll('2-e1');
    await read();
    expect(ahead.answers).toBe(0);
    await world.steps('deliver');
    expect(ahead.answers).toBe(0);
    await set();
    expect(ahead.answers).toBe(1);
    expect(answers).toContainEqual({ type: 'entries', values: ['v3'], cursor: '3-e1', recovered: true });
  });

  it('ahead of the log, or of an unknown epoch, is answered recovered:false', async () => {
    world.engine.set(KEY, false);
    await poll('7-e1');
    await poll('1-zz');
    await prove();
    const answer = { type: 'entries', values: ['v1'], cursor: '1-e1', recovered: false };
    expect(answers).toEqual([answer, answer]);
  });

  it('0 is recovered while the log still starts at offset 1', async () => {
    for (let count = 0; count < 4; count++) world.engine.set(KEY, false);
    await poll('0');
    await prove();
    expect(answers.pop()).toEqual({ type: 'entries', values: ['v4'], cursor: '4-e1', recovered: true });
    await set();
    await poll('0');
    expect(answers.pop()).toEqual({ type: 'entries', values: ['v5'], cursor: '5-e1', recovered: false });
  });

  it('with all=1 gets every entry after it, or all that is retained', async () => {
    for (let count = 0; count < 6; count++) world.engine.set(KEY, false);
    await poll('4-e1', { all: true });
    await prove();
    await read();
    expect(answers.pop()).toEqual({ type: 'entries', values: ['v5', 'v6'], cursor: '6-e1', recovered: true });
    await poll('1-e1', { all: true });
    expect(answers.pop()).toEqual({
      type: 'entries',
      values: ['v3', 'v4', 'v5', 'v6'],
      cursor: '6-e1',
      recovered: false,
    });
    await poll(null, { all: true });
    expect(answers.pop()).toEqual({
      type: 'entries',
      values: ['v3', 'v4', 'v5', 'v6'],
      cursor: '6-e1',
      recovered: undefined,
    });
  });
});

describe('a parked poll', () => {
  it('is woken by a notice, with no read', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    await set();
    expect(answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
    expect(world.engine.executeRead()).toBe(false);
  });

  it('is woken by one read when the value is too large for a notice', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await poll('1-e1');
    await prove();
    await set(true);
    await read();
    expect(answers).toHaveLength(2);
    expect(world.engine.executeRead()).toBe(false);
  });

  it('gets a large value even if the read for it fails at first', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    await set(true);
    await world.steps('failReads');
    expect(answers).toEqual([]);
    await world.turn(300);
    await read();
    expect(answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
  });

  it('outlives a delete, and is told by the next set that it missed something', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    world.engine.delete(KEY);
    await world.steps('deliver');
    expect(answers).toEqual([]);
    await set();
    // Its epoch is foreign to the new log: one read tells that it isn't this worker that lags.
    await read();
    expect(answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '1-e2', recovered: false }]);
  });

  it('that times out after a delete is told so, with the cursor to go on from', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    world.engine.delete(KEY);
    await world.steps('deliver');
    await world.turn(51_000);
    expect(answers).toEqual([{ type: 'timeout', cursor: '0', recovered: false }]);
  });

  it('times out with its cursor, never early', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1', { timeout: 1000 });
    await prove();
    await world.turn(999);
    expect(answers).toEqual([]);
    await world.turn(52);
    expect(answers).toEqual([{ type: 'timeout', cursor: '1-e1', recovered: true }]);
    expect(world.meters.waiters).toBe(0);
  });

  it('keeps its cursor when it times out while nothing is certain', async () => {
    await poll('5-e9', { timeout: 1000 });
    await world.turn(1100);
    expect(answers).toEqual([{ type: 'timeout', cursor: '5-e9', recovered: true }]);
  });

  it('is read for again after a failed read, without another poll', async () => {
    await poll('1-e1');
    await world.steps('executeSubscribe', 'deliver', 'failReads');
    world.engine.set(KEY, false);
    world.engine.set(KEY, false);
    await world.turn(300);
    await read();
    expect(answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
  });

  it('is answered at once, spread over the drain, when the worker goes away', async () => {
    world.engine.set(KEY, false);
    for (let count = 0; count < 50; count++) await poll('1-e1');
    await prove();
    world.hub.drain(1000);
    await world.turn(500);
    expect(answers.length).toBeGreaterThan(5);
    expect(answers.length).toBeLessThan(45);
    await world.turn(600);
    expect(answers).toHaveLength(50);
    expect(new Set(answers.map((answer) => answer.type))).toEqual(new Set(['timeout']));
    await poll('1-e1');
    expect(answers).toHaveLength(51);
  });
});

describe('a subscription', () => {
  it('lingers after the last waiter, then ends', async () => {
    const waiter = await poll('0');
    await prove();
    waiter.abandon();
    expect(world.meters.waiters).toBe(0);
    await world.turn(29_000);
    expect(world.meters.keysWatched).toBe(1);
    await poll('0');
    expect(world.engine.executeSubscribe()).toBe(false);
    await world.turn(60_000);
    await world.turn(31_000);
    expect(world.meters.keysWatched).toBe(0);
  });

  it('that was lost leaves copies unproven: a read decides', async () => {
    world.engine.set(KEY, false);
    await poll('1-e1');
    await prove();
    world.engine.cut();
    await poll(null);
    expect(answers).toEqual([]);
    await read();
    expect(answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });
});
