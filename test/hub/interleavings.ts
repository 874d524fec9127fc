import fc from 'fast-check';
import { KEY, settled, World } from './world.ts';

/** Runs of both files together; a longer campaign sets COMET_INTERLEAVINGS. */
const RUNS = Number(process.env.COMET_INTERLEAVINGS ?? 100_000);
/** A busy machine does fewer runs, in this time for each of the files. Milliseconds. */
export const BUDGET_MS = Number(process.env.COMET_INTERLEAVINGS_MS ?? 60_000);

type Step =
  | { readonly do: 'set'; readonly large: boolean }
  | { readonly do: 'delete' | 'settle' | 'failReads' | 'cut' }
  | { readonly do: 'poll'; readonly follower: number; readonly fresh: boolean; readonly once: boolean }
  | { readonly do: 'leave'; readonly follower: number }
  | { readonly do: 'advance'; readonly place: number }
  | { readonly do: 'restartOlder'; readonly entries: number }
  | { readonly do: 'turn'; readonly ms: number };

const rarely = fc.nat(5).map((n) => n === 0);
const follower = fc.nat(2);

/**
 * Most of what is chosen has an effect: the engine's steps are counted among those that have something to do, else a
 * long sequence would be a short one with many idle steps.
 */
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant<'set'>('set'), large: rarely }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant<'poll'>('poll'), follower, fresh: rarely, once: rarely }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'leave'>('leave'), follower }) },
  { weight: 12, arbitrary: fc.record({ do: fc.constant<'advance'>('advance'), place: fc.nat(3) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constantFrom<'delete' | 'failReads' | 'cut'>('delete', 'failReads', 'cut') }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'settle'>('settle') }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'restartOlder'>('restartOlder'), entries: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant<'turn'>('turn'), ms: fc.constantFrom(60, 300, 40_000) }) },
);

async function take(world: World, step: Step): Promise<void> {
  switch (step.do) {
    // What the store writes reaches the hub by a step of its own: nothing goes on before that.
    case 'set':
      world.engine.set(KEY, step.large);
      return;
    case 'delete':
      world.engine.delete(KEY);
      return;
    case 'advance':
      await world.advance(step.place);
      return;
    case 'settle':
      await world.settle();
      return;
    case 'turn':
      await world.turn(step.ms);
      return;
    case 'poll':
      world.followers[step.follower]?.start(step.once ? 0 : 50_000, step.fresh);
      break;
    case 'leave':
      world.followers[step.follower]?.leave();
      break;
    case 'restartOlder':
      world.engine.restartOlder(step.entries);
      break;
    default:
      await world.steps(step.do);
      return;
  }
  await settled();
}

/**
 * Every answer was true, and whoever still waits has nothing to wait for but the next set. Plain comparisons: an
 * `expect` for each would take longer than the run itself.
 */
function check(world: World): void {
  const { newest } = world.engine.truth(KEY);
  for (const [number, follower] of world.followers.entries()) {
    if (follower.faults.length > 0) throw new Error(`follower ${number}: ${follower.faults.join('; ')}`);
    if (newest === null || follower.poll === null) continue;
    if (world.engine.truth(KEY).at(follower.cursor)?.value !== newest.value) {
      throw new Error(`follower ${number} waits at ${follower.cursor}, and there is ${newest.value} for it`);
    }
  }
  for (const follower of world.followers) follower.leave();
  if (world.meters.waiters !== 0) throw new Error(`${world.meters.waiters} waiters are left behind`);
}

/** Where a sequence begins: at nothing, or with everybody parked on a key that has this many entries. */
const beginning = fc.option(fc.nat(5));

/** Half of the runs, with sequences of up to so many steps. Rejects with the smallest sequence that breaks a promise. */
export async function searchInterleavings(maxLength: number): Promise<void> {
  const steps = fc.array(step, { minLength: 1, maxLength });
  const property = fc.asyncProperty(beginning, steps, fc.boolean(), async (entries, taken, everybodyPolls) => {
    const world = new World();
    if (entries !== null) {
      for (let count = 0; count < entries; count++) world.engine.set(KEY, false);
      world.everybodyPolls();
      await world.settle();
    }
    for (const next of taken) await take(world, next);
    if (everybodyPolls) world.everybodyPolls();
    await world.heal();
    check(world);
  });
  await fc.assert(property, { numRuns: RUNS / 2, interruptAfterTimeLimit: BUDGET_MS });
}
