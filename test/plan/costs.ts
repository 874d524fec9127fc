import type { Costs } from '../../src/plan/costs.ts';

/** Round figures, so that what follows from them can be worked out by hand. */
export const COSTS: Costs = {
  source: 'a machine of round figures',
  setUs: 50,
  noticeUs: 20,
  deliveryUs: 10,
  pollUs: 10,
  connectionUs: 100,
  redisSetUs: 20,
  redisNoticeUs: 5,
  waiterBytes: 10_000,
  subscriptionBytes: 250,
  processBytes: 50e6,
};
