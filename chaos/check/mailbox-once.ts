import type { History, MailboxTrace, Publish, Span } from '../history/history.ts';
import type { RedisLosses } from './redis-losses.ts';
import type { Violation } from './violation.ts';

/** How much later a worker may notice that a connection to Redis is broken: the default of `redis-timeout`, and 1 s. */
const NOTICED_MS = 3_000;

/**
 * A mailbox that one consumer reads without `ack`: each message at most once, oldest first. A message may be lost only
 * with a connection, of the client or of the server to Redis; one that goes back because its poll was gone may be
 * overtaken by the next poll.
 */
export class MailboxOnce {
  readonly #trace: MailboxTrace;
  readonly #losses: RedisLosses;
  /** When connections of any kind may have broken or calls may have timed out. */
  readonly #noise: readonly Span[];

  constructor(trace: MailboxTrace, { disturbances, stalls }: History, losses: RedisLosses) {
    this.#trace = trace;
    this.#losses = losses;
    this.#noise = [...disturbances.map(({ from, to }) => ({ from, to: to + NOTICED_MS })), ...stalls];
  }

  *check(pushes: readonly Publish[], redisLostData: boolean): Generator<Violation> {
    const { consumer, uid, receipts } = this.#trace;
    const found = { who: consumer, where: uid };
    const seen = new Set<number>();
    let newest = 0;
    for (const { at, number } of receipts) {
      if (seen.has(number) && !redisLostData) {
        yield { ...found, kind: 'order', what: `message ${number} came twice, without ack`, at };
      }
      seen.add(number);
      const push = pushes[number - 1];
      // Only what was acknowledged has a place: the rest may have been pushed at any later time.
      if (push?.outcome !== 'acknowledged') continue;
      if (number < newest && !this.#mayGoBack(push.sentAt, at) && !redisLostData) {
        yield { ...found, kind: 'order', what: `message ${number} came after ${newest}`, at };
      }
      newest = Math.max(newest, number);
    }
    for (const push of pushes) {
      if (push.outcome !== 'acknowledged' || seen.has(push.number) || this.#losses.mayHave(push)) continue;
      const next = receipts.find(({ at, number }) => number > push.number && at >= push.sentAt);
      if (this.#mayLose(push.sentAt, next?.at ?? Number.POSITIVE_INFINITY)) continue;
      yield { ...found, kind: 'lost', what: `message ${push.number} never came`, at: push.endedAt };
    }
  }

  #mayLose(from: number, to: number): boolean {
    return (
      this.#trace.ends.some(({ at, isBroken }) => isBroken && at >= from && at <= to) ||
      this.#noise.some((noise) => noise.from <= to && noise.to >= from)
    );
  }

  /** A poll whose time is over may have been given a message in the same moment. */
  #mayGoBack(from: number, to: number): boolean {
    return this.#mayLose(from, to) || this.#trace.ends.some(({ at }) => at >= from && at <= to);
  }
}
