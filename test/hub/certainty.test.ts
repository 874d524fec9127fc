import { beforeEach, describe, expect, it } from '@jest/globals';
import { Desk } from './desk.ts';
import { KEY } from './world.ts';

let desk: Desk;

beforeEach(() => {
  desk = new Desk();
});

describe('the copy of a key', () => {
  it('holds one value where nobody has asked for every entry, and the history from then on', async () => {
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1');
    await desk.prove();
    await desk.set();
    await desk.set();
    await desk.poll('1-e1', { all: true });
    expect(desk.answers).toHaveLength(1);
    await desk.read();
    expect(desk.answers[1]).toMatchObject({ values: ['v2', 'v3'], recovered: true });
    await desk.set();
    await desk.poll('2-e1', { all: true });
    expect(desk.answers[2]).toMatchObject({ values: ['v3', 'v4'], recovered: true });
    expect(desk.world.engine.executeRead()).toBe(false);
  });
});

describe('what only a read can tell', () => {
  it('is asked for when a key went live with nobody there, while an older read was under way', async () => {
    const watching = await desk.poll('0');
    const asking = await desk.poll(null);
    desk.world.engine.executeRead();
    watching.abandon();
    asking.abandon();
    await desk.world.steps('executeSubscribe', 'deliver');
    // Joins the older read, which proves nothing.
    await desk.poll(null);
    await desk.world.steps('answerRead');
    desk.world.engine.set(KEY, false);
    await desk.world.heal();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: undefined }]);
  });

  it.each([
    ['nobody is there any more', false],
    ['the one who waits leaves before it is tried again', true],
  ])('is asked for by the next poll if a notice could not be placed, the read failed, and %s', async (_, stays) => {
    desk.world.engine.set(KEY, false);
    const first = await desk.poll('1-e1');
    await desk.prove();
    if (!stays) first.abandon();
    desk.world.engine.set(KEY, true);
    await desk.world.steps('deliver', 'failReads');
    first.abandon();
    // Long enough for the next attempt.
    await desk.world.turn(300);
    await desk.poll('1-e1');
    await desk.world.heal();
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v2'], cursor: '2-e1', recovered: true }]);
  });

  it('is not guessed of a cursor that is news to a worker which believes the key empty', async () => {
    await desk.poll('0');
    await desk.prove();
    desk.world.engine.set(KEY, false);
    await desk.poll('1-e1', { timeout: 0 });
    expect(desk.answers).toEqual([]);
    await desk.read();
    expect(desk.answers).toContainEqual({ type: 'timeout', cursor: '1-e1', recovered: true });
  });

  it('is told, though large values keep coming while it is read', async () => {
    await desk.poll('0');
    await desk.prove();
    desk.world.engine.set(KEY, true);
    await desk.world.steps('deliver', 'executeRead');
    desk.world.engine.set(KEY, true);
    await desk.world.steps('deliver', 'answerRead');
    expect(desk.answers).toEqual([{ type: 'entries', values: ['v1'], cursor: '1-e1', recovered: true }]);
  });

  it('is waited for beyond the time-out by a poll that knows nothing yet', async () => {
    await desk.poll(null, { timeout: 1000 });
    await desk.world.turn(1100);
    expect(desk.answers).toEqual([]);
    await desk.read();
    expect(desk.answers).toEqual([{ type: 'timeout', cursor: '0', recovered: undefined }]);
  });

  it('is no time-out for a poll that learns nothing', async () => {
    await desk.poll(null, { timeout: 1000 });
    await desk.world.turn(1100);
    await desk.world.steps('failReads');
    expect(desk.answers).toEqual([{ type: 'error', code: 'ENGINE_UNAVAILABLE' }]);
    await desk.poll(null);
    desk.world.hub.drain(0);
    await desk.world.turn(100);
    expect(desk.answers).toContainEqual({ type: 'error', code: 'DRAINING' });
  });
});
