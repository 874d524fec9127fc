import { describe, expect, it } from '@jest/globals';
import { Census } from '../../src/hub/census.ts';
import { Keys } from '../../src/hub/keys.ts';
import { Lingering } from '../../src/hub/lingering.ts';
import { Wheel } from '../../src/hub/wheel.ts';
import type { KeyCensus } from '../../src/metrics/key-census.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { Desk } from './desk.ts';
import { FakeClock } from './fake-clock.ts';
import { FakeEngine } from './fake-engine.ts';
import { KEY } from './world.ts';

function run(census: Generator<void, KeyCensus>): { readonly result: KeyCensus; readonly pauses: number } {
  for (let pauses = 0; ; pauses++) {
    const step = census.next();
    if (step.done) return { result: step.value, pauses };
  }
}

/** Keys by the hundred, none of them busy. */
function keysOf(count: number): Keys {
  const clock = new FakeClock();
  const options = { engine: new FakeEngine(1), clock, meters: new Meters(), maxWatchedKeys: count, lingerMs: 30_000 };
  const keys = new Keys(options, new Lingering(new Wheel(clock.now())));
  for (let index = 0; index < count; index++) keys.open(`key-${index}`);
  return keys;
}

describe('the census of keys', () => {
  it('tells who waits, what was set and what was delivered since the one before', async () => {
    const desk = new Desk();
    const { census } = desk.world.hub;
    await desk.poll('0');
    await desk.poll('0');
    await desk.prove();
    expect(run(census.take(10)).result.keys).toEqual([{ key: KEY, waiters: 2, sets: 0, deliveries: 0 }]);
    await desk.world.turn(2000);
    await desk.set();
    expect(run(census.take(10)).result).toEqual({
      elapsedMs: 2000,
      watched: 1,
      keys: [{ key: KEY, waiters: 0, sets: 1, deliveries: 2 }],
    });
    expect(run(census.take(10)).result).toEqual({ elapsedMs: 0, watched: 1, keys: [] });
  });

  it('gives the busiest of each kind, each once', () => {
    const keys = keysOf(1000);
    for (const [index, state] of [...keys.all()].entries()) {
      state.count = index;
      state.sets = 1000 - index;
      state.deliveries = index === 500 || index === 999 ? 7 : 0;
    }
    const names = run(new Census(keys, new FakeClock()).take(2)).result.keys.map(({ key }) => key);
    expect(names.sort()).toEqual(['key-0', 'key-1', 'key-500', 'key-998', 'key-999']);
  });

  it('gives the same as sorting all would, in whatever order they come', () => {
    const keys = keysOf(1000);
    // 617 has no factor in common with 1000: each score comes once.
    for (const [index, state] of [...keys.all()].entries()) state.count = 1 + ((index * 617) % 1000);
    const waiters = run(new Census(keys, new FakeClock()).take(7)).result.keys.map((figures) => figures.waiters);
    expect(waiters).toEqual([1000, 999, 998, 997, 996, 995, 994]);
  });

  it('lets others have their turn, and holds no more than it gives', () => {
    const keys = keysOf(20_000);
    for (const [index, state] of [...keys.all()].entries()) state.count = index + 1;
    const { result, pauses } = run(new Census(keys, new FakeClock()).take(50));
    expect(pauses).toBe(19);
    expect([result.watched, result.keys.length]).toEqual([20_000, 50]);
  });
});
