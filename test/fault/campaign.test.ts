import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Run } from '../../chaos/campaign/run.ts';
import { schedule } from '../../chaos/campaign/schedule.ts';
import { Deployment } from '../../chaos/deployment/deployment.ts';
import { FAULTS } from '../../chaos/faults/catalogue.ts';
import { failureOf } from '../../chaos/report/lines.ts';

/** Of each run: enough for its fault, and for what follows. */
const SECONDS = 2;

let deployment: Deployment;

beforeAll(async () => {
  deployment = await Deployment.start('single');
});

afterAll(async () => {
  await deployment?.stop();
});

/**
 * The campaign in short: faults that have no other test on their own, one after the other, on one deployment. What it
 * is about, and what it found in hundreds of runs, stands in docs/reliability.md.
 */
describe('what clients saw, of two machines behind nginx', () => {
  it.each([
    ['worker-stall', 11],
    ['redis-old', 12],
    ['output-buffer', 13],
    ['disk-full', 14],
  ])(
    'is complete and in order, or they were told: %s, seed %i',
    async (name, seed) => {
      const faults = FAULTS.filter((fault) => fault.name === name);
      const plan = schedule({ seed, topology: 'single', seconds: SECONDS, faults });
      const played = await new Run(deployment, plan).play();
      expect(played.violations.length === 0 ? '' : failureOf(plan, played)).toBe('');
      expect(played.history.disturbances).toHaveLength(1);
      // Fewer on a machine that stands still for most of those seconds: each of 14 publishers has a first value and a last.
      expect(played.tally.acknowledged).toBeGreaterThan(20);
      expect(played.tally.deliveries).toBeGreaterThan(60);
      expect(played.history.mailboxes.filter(({ receipts }) => receipts.length === 0)).toEqual([]);
      await deployment.settled();
    },
    // A lease of 30 s may have to be waited for, and everybody to catch up after it.
    150_000,
  );
});
