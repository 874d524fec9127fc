import type { MailboxTrace, Publish } from '../history/history.ts';
import type { RedisLosses } from './redis-losses.ts';
import type { Violation } from './violation.ts';

/**
 * A mailbox that one consumer reads with `ack`: each acknowledged message at least once, in order, and again only
 * under the same id. What Redis loses is lost, and what it forgets to have handed out comes again.
 */
export function* checkMailbox(
  trace: MailboxTrace,
  pushes: readonly Publish[],
  losses: RedisLosses,
  redisLostData: boolean,
): Generator<Violation> {
  const found = { who: trace.consumer, where: trace.uid };
  const ids = new Map<number, string>();
  let newest = 0;
  for (const { at, number, id } of trace.receipts) {
    const before = ids.get(number);
    if (before !== undefined) {
      if (before !== id && !redisLostData)
        yield { ...found, kind: 'order', what: `message ${number} came under two ids`, at };
      continue;
    }
    ids.set(number, id);
    // Only what was acknowledged has a place: the rest may have been pushed at any later time.
    if (pushes[number - 1]?.outcome !== 'acknowledged') continue;
    if (number < newest) yield { ...found, kind: 'order', what: `message ${number} came after ${newest}`, at };
    newest = Math.max(newest, number);
  }
  for (const push of pushes) {
    if (push.outcome !== 'acknowledged' || ids.has(push.number) || losses.mayHave(push)) continue;
    yield { ...found, kind: 'lost', what: `message ${push.number} never came`, at: push.endedAt };
  }
}
