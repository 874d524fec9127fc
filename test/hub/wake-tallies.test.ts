import { describe, expect, it } from '@jest/globals';
import { KEY, World } from './world.ts';

describe('a tally', () => {
  it('is not known for an entry that does not come in time', async () => {
    const world = new World();
    world.everybodyPolls();
    await world.heal();
    expect(world.hub.beginTally('one', KEY)).toBe(true);
    const count = world.hub.endTally('one', 'of-another-life', 7);
    await world.turn(400);
    expect(await count).toBeNull();
    // It is gone: its name is free, and nobody is told twice.
    expect(await world.hub.endTally('one', 'of-another-life', 7)).toBeNull();
    expect(world.hub.beginTally('one', KEY)).toBe(true);
  });

  it('that nobody asks for is forgotten', async () => {
    const world = new World();
    expect(world.hub.beginTally('left', KEY)).toBe(true);
    expect(world.hub.beginTally('left', KEY)).toBe(false);
    for (let second = 0; second < 31; second++) await world.turn(1000);
    expect(world.hub.beginTally('left', KEY)).toBe(true);
  });

  it('of a set that wrote nothing is forgotten at once', async () => {
    const world = new World();
    world.everybodyPolls();
    await world.heal();
    expect(world.hub.beginTally('failed', KEY)).toBe(true);
    expect(await world.hub.endTally('failed', '', 0)).toBeNull();
    expect(world.hub.beginTally('failed', KEY)).toBe(true);
  });

  it('is refused where too many are open', () => {
    const world = new World();
    for (let index = 0; index < 1000; index++) expect(world.hub.beginTally(String(index), `k${index}`)).toBe(true);
    expect(world.hub.beginTally('more', KEY)).toBe(false);
  });
});
