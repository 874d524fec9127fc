/**
 * What pieces of work cost, measured. Times are microseconds of CPU, user and system, of one core of the machine that
 * was measured; sizes are bytes.
 */
export interface Costs {
  /** Where and when: machine, date, commit. */
  readonly source: string;
  /** A worker takes a `/set`: request, call to Redis, answer. */
  readonly setUs: number;
  /** A worker hears of an entry that at least one of its polls waits for. */
  readonly noticeUs: number;
  /** A worker answers one waiting poll. */
  readonly deliveryUs: number;
  /** A worker takes a poll on an open connection and parks it. */
  readonly pollUs: number;
  /** A worker takes a new connection and answers its first poll. */
  readonly connectionUs: number;
  /** Redis runs the script of one `/set`. */
  readonly redisSetUs: number;
  /** Redis sends the notice of one entry to one worker. */
  readonly redisNoticeUs: number;
  /** A parked poll on a key of its own, in its worker; without what the kernel holds. */
  readonly waiterBytes: number;
  /** What Redis holds for one key that one worker listens to. */
  readonly subscriptionBytes: number;
  /** A worker, or the primary, with nobody there. */
  readonly processBytes: number;
}
