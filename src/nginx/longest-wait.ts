import type { Config } from '../config/options.ts';

type Waits = Pick<Config, 'getTimeoutMax' | 'mailboxWaitMin' | 'mailboxWaitMax' | 'eventsHeartbeat'>;

/**
 * Seconds for which a connection may be silent on purpose: the longest `/get`, a mailbox poll that takes the whole
 * rhythm of looks, whose waits double from `mailbox-wait-min` as long as they are not above `mailbox-wait-max`, or an
 * event stream between two signs of life.
 */
export function longestWaitSeconds(config: Waits): number {
  let rhythm = 0;
  for (let wait = config.mailboxWaitMin; wait <= config.mailboxWaitMax; wait *= 2) rhythm += wait;
  return Math.max(config.getTimeoutMax, rhythm, config.eventsHeartbeat);
}
