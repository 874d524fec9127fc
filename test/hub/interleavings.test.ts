import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type EngineStep, KEY, settled, World } from './world.ts';

/** Runs of the property; a longer campaign sets COMET_INTERLEAVINGS. */
const RUNS = Number(process.env.COMET_INTERLEAVINGS ?? 20_000);
/** A busy machine does fewer runs, in this time. Milliseconds. */
const BUDGET_MS = Number(process.env.COMET_INTERLEAVINGS_MS ?? 60_000);

type Step =
  | { readonly do: 'set' | 'delete'; readonly large: boolean }
  | { readonly do: 'poll'; readonly follower: number; readonly fresh: boolean; readonly once: boolean }
  | { readonly do: 'leave'; readonly follower: number }
  | { readonly do: EngineStep }
  | { readonly do: 'restartOlder'; readonly entries: number }
  | { readonly do: 'turn'; readonly ms: number };

const rarely = fc.nat(5).map((n) => n === 0);

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('set' as const), large: rarely }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('delete' as const), large: fc.constant(false) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('poll' as const),
      follower: fc.nat(2),
      fresh: rarely,
      once: rarely,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), follower: fc.nat(2) }) },
  {
    weight: 12,
    arbitrary: fc.record({ do: fc.constantFrom('executeRead', 'answerRead', 'executeSubscribe', 'deliver') }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constantFrom('failReads', 'cut', 'reconnect') }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('restartOlder' as const), entries: fc.nat(4) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('turn' as const), ms: fc.constantFrom(60, 300, 40_000) }) },
) as fc.Arbitrary<Step>;

async function take(world: World, step: Step): Promise<void> {
  switch (step.do) {
    case 'set':
      world.engine.set(KEY, step.large);
      break;
    case 'delete':
      world.engine.delete(KEY);
      break;
    case 'poll':
      world.followers[step.follower]?.start(step.once ? 0 : 50_000, step.fresh);
      break;
    case 'leave':
      world.followers[step.follower]?.leave();
      break;
    case 'restartOlder':
      world.engine.restartOlder(step.entries);
      break;
    case 'turn':
      await world.turn(step.ms);
      break;
    default:
      await world.steps(step.do);
  }
  await settled();
}

/** Every answer was true, and whoever still waits has nothing to wait for but the next set. */
function check(world: World): void {
  const truth = world.engine.truth(KEY);
  for (const follower of world.followers) {
    expect(follower.faults).toEqual([]);
    if (truth.newest === null || follower.poll === null) continue;
    expect(truth.at(follower.cursor)?.value).toBe(truth.newest.value);
  }
  for (const follower of world.followers) follower.leave();
  expect(world.meters.waiters).toBe(0);
}

describe('no interleaving of polls, sets, subscriptions, reads and faults', () => {
  it(
    'loses a wake-up, or hides that something was missed',
    async () => {
      const steps = fc.array(step, { minLength: 1, maxLength: 40 });
      const property = fc.asyncProperty(steps, fc.boolean(), async (taken, everybodyPolls) => {
        const world = new World();
        for (const next of taken) await take(world, next);
        if (everybodyPolls) for (const follower of world.followers) follower.start(50_000, false);
        await world.heal();
        check(world);
      });
      await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: BUDGET_MS });
    },
    BUDGET_MS + 60_000,
  );
});
