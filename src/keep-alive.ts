import type { Config } from './config/options.ts';

/**
 * How long an unused connection between nginx and a worker is kept, in seconds. The order of three times lets a worker
 * go away without one failed request: nginx' keep-alive < `drain-seconds` < the worker's keep-alive.
 *
 * - A worker that closes an idle connection first may do so in the instant in which nginx sends a request on it; nginx
 *   may not repeat a POST and answers 502. So outside a drain it is always nginx that closes.
 * - A worker that drains closes nothing that is idle before nginx had the time to drop it by itself.
 */
type Drain = Pick<Config, 'drainSeconds'>;

/** nginx' `keepalive_timeout` towards the workers; 0 means that it shall keep no connection. */
export function nginxKeepAliveSeconds(config: Drain): number {
  return config.drainSeconds / 2;
}

/** The workers' own, a whole number; the minute above the drain also covers a front end with the customary 60 s. */
export function workerKeepAliveSeconds(config: Drain): number {
  // node:http refuses a part of a millisecond: 0.1 s and 65 s would be 65,099.99999999999.
  return Math.ceil(config.drainSeconds) + 65;
}
