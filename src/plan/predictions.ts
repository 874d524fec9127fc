import type { Costs } from './costs.ts';
import { type BenchResults, figures } from './costs-from-bench.ts';
import { workersReached } from './load.ts';

/** A figure that the costs were not made from, as the model foretells it and as it was found. */
export interface Prediction {
  readonly what: string;
  readonly unit: string;
  readonly foretold: number;
  readonly found: number;
}

const WORKERS = 2;

/** Sets the model against the works of a bench run that no cost comes from. Throws with the name of what is missing. */
export function predictions(results: BenchResults, costs: Costs): Prediction[] {
  const cycle = figures(results, 'cycle', 'closed loop');
  const group = figures(results, 'scale', '20 waiters a key');
  const half = figures(results, 'park', 'half as many');
  const alone = setUs(costs, 1) + costs.deliveryUs;
  return [
    {
      what: 'cycle: a set, one delivery, one poll again, in a closed loop over 2,000 keys',
      unit: 'µs of CPU',
      foretold: alone + costs.pollUs,
      found: cycle('cpu'),
    },
    {
      what: 'the same at half of the rate that was reached',
      unit: 'µs of CPU',
      foretold: alone + costs.pollUs,
      found: cycle('halfCpu'),
    },
    {
      what: 'a delivery to one of 20 waiters of a key',
      unit: 'µs of CPU',
      foretold: setUs(costs, 20) / 20 + costs.deliveryUs,
      found: group('cpu'),
    },
    {
      what: 'server and Redis with half as many polls parked',
      unit: 'MB',
      foretold: half('megabytesBefore') + (half('count') * (costs.waiterBytes + costs.subscriptionBytes)) / 1e6,
      found: half('megabytes'),
    },
  ];
}

/** A set with all that it causes, but for the deliveries. */
function setUs(costs: Costs, fanout: number): number {
  const notices = workersReached(WORKERS, fanout);
  return costs.setUs + costs.redisSetUs + notices * (costs.noticeUs + costs.redisNoticeUs);
}
