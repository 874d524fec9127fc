import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
  source: 'AMD EPYC, 2 cores, 24 GB, Linux 6.18.44-fc-v669, 2026-11-20 18:45 UTC, commit 083f49a',
  setUs: 33.36,
  deliveryUs: 13,
  noticeUs: 28.19,
  pollUs: 14.18,
  connectionUs: 95.4,
  redisSetUs: 12.3,
  redisNoticeUs: 3.792,
  waiterBytes: 9233,
  subscriptionBytes: 248,
  processBytes: 40040000,
};
