import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
  source: 'AMD EPYC, 2 cores, 24 GB, Linux 6.18.44-fc-v669, 2026-11-29 02:14 UTC, commit 3df589c',
  setUs: 32.33,
  deliveryUs: 12.79,
  noticeUs: 26.54,
  pollUs: 14.42,
  connectionUs: 89.56,
  redisSetUs: 12.51,
  redisNoticeUs: 3.175,
  waiterBytes: 10090,
  subscriptionBytes: 247.4,
  processBytes: 38960000,
};
