import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
  source: 'AMD EPYC, 2 cores, 24 GB, Linux 6.18.44-fc-v669, 2026-11-20 15:53 UTC, commit 4116471',
  setUs: 35.43,
  deliveryUs: 13.66,
  noticeUs: 19.72,
  pollUs: 15.54,
  connectionUs: 94.56,
  redisSetUs: 12.65,
  redisNoticeUs: 2.313,
  waiterBytes: 9880,
  subscriptionBytes: 250.8,
  processBytes: 40930000,
};
