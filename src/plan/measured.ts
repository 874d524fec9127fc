import type { Costs } from './costs.ts';

/** Made from bench/results/page.json by "npm run docs". */
export const MEASURED: Costs = {
  source: 'AMD EPYC, 2 cores, 24 GB, Linux 6.18.44-fc-v657, 2026-11-29 05:56 UTC, commit 3d650ad',
  setUs: 60.25,
  deliveryUs: 20.32,
  noticeUs: 54.52,
  pollUs: 24.56,
  connectionUs: 179.6,
  redisSetUs: 22.75,
  redisNoticeUs: 6.632,
  waiterBytes: 8157,
  subscriptionBytes: 249.1,
  processBytes: 36640000,
};
