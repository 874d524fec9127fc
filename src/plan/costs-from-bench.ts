import { z } from 'zod';
import type { Costs } from './costs.ts';

const SUBJECT = 'comet + Redis';

/** Of a bench result file, what the costs are made from. A run in which something broke has no figures. */
const RESULTS = z.object({
  environment: z.object({ date: z.string(), commit: z.string(), machine: z.string() }),
  works: z.array(
    z.object({
      scenario: z.string(),
      work: z.string(),
      subjects: z.array(
        z.object({
          subject: z.string(),
          runs: z.array(z.object({ figures: z.record(z.string(), z.number()).optional() })),
        }),
      ),
    }),
  ),
});

/** A result file of `npm run bench`, as far as it is needed here. */
export type BenchResults = z.infer<typeof RESULTS>;

/** Checks what was read from a file. Throws with the reason if it is no result file. */
export function parseBenchResults(json: unknown): BenchResults {
  const parsed = RESULTS.safeParse(json);
  if (!parsed.success) throw new Error(`it is no result file of "npm run bench": ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}

/**
 * Takes the costs from five of the works: the fan-outs, sets that nobody waits for, the storm, and parked polls. Throws with the
 * name of what is missing.
 */
export function costsFromBench(results: BenchResults): Costs {
  const { date, commit, machine } = results.environment;
  const set = figures(results, 'set', 'as fast as it goes');
  const oneKey = figures(results, 'fanout', 'one key');
  const keyEach = figures(results, 'fanout', 'a key each');
  const storm = figures(results, 'storm', 'all at once');
  const park = figures(results, 'park', 'a key each, browser-like headers');
  return {
    source: `${machine}, ${date} UTC, commit ${commit}`,
    setUs: set('serverCpu'),
    deliveryUs: oneKey('serverCpu'),
    // Each set of the second fan-out is a set, a notice and one delivery.
    noticeUs: Math.max(0, keyEach('serverCpu') - set('serverCpu') - oneKey('serverCpu')),
    pollUs: oneKey('parkCpu'),
    connectionUs: storm('serverCpu'),
    redisSetUs: set('redisCpu'),
    redisNoticeUs: Math.max(0, keyEach('redisCpu') - set('redisCpu')),
    waiterBytes: park('bytes') - park('redisBytes'),
    subscriptionBytes: park('redisBytes'),
    // A primary and two workers; the Redis of the run is small beside them.
    processBytes: (park('megabytesBefore') * 1e6) / 3,
  };
}

/** Gives the medians of a work's figures by name. */
export function figures(results: BenchResults, scenario: string, work: string): (name: string) => number {
  const found = results.works.find((one) => one.scenario === scenario && one.work === work);
  const runs = found?.subjects.find(({ subject }) => subject === SUBJECT)?.runs ?? [];
  return (name) => {
    const values = runs.map((run) => run.figures?.[name]).filter((value) => value !== undefined);
    if (values.length === 0) throw new Error(`it has no "${name}" of ${SUBJECT} in ${scenario}: ${work}`);
    return median(values);
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
