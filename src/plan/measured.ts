import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
  source: 'AMD EPYC, 2 cores, 24 GB, Linux 6.18.44-fc-v669, 2026-11-20 13:06 UTC, commit 42c0921',
  setUs: 47.65,
  deliveryUs: 17.58,
  noticeUs: 21.35,
  pollUs: 14.15,
  connectionUs: 107.4,
  redisSetUs: 20.78,
  redisNoticeUs: 3.67,
  waiterBytes: 12470,
  subscriptionBytes: 250.8,
  processBytes: 83030000,
};
