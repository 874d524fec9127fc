import type { Costs } from './costs.ts';
import { type Load, timeouts, workersReached } from './load.ts';

/** What a load takes of so many workers, and of the Redis behind them. */
export interface Demand {
  /** Cores of all workers together. */
  readonly workerCores: number;
  readonly redisCores: number;
  /** Memory of the polls that are parked; processes and kernel come on top. */
  readonly waiterBytes: number;
  readonly redisBytes: number;
}

/** Of a key in Redis: names, epoch, numbers and the list that holds its entries. An estimate: keys of 20 characters. */
const KEY_OVERHEAD_BYTES = 400;

const MICROSECONDS = 1e6;

export function demandOf(load: Load, workers: number, costs: Costs): Demand {
  const { waiters, sets, fanout, valueBytes, history } = load;
  const deliveries = sets * fanout;
  const notices = sets * workersReached(workers, fanout);
  const answers = deliveries + timeouts(load);
  const keys = waiters / fanout;
  const workerUs = sets * costs.setUs + notices * costs.noticeUs + answers * costs.deliveryUs + answers * costs.pollUs;
  return {
    workerCores: workerUs / MICROSECONDS,
    redisCores: (sets * costs.redisSetUs + notices * costs.redisNoticeUs) / MICROSECONDS,
    waiterBytes: waiters * costs.waiterBytes,
    redisBytes:
      keys * (KEY_OVERHEAD_BYTES + valueBytes * history) +
      keys * workersReached(workers, fanout) * costs.subscriptionBytes,
  };
}
