import type { CometError } from '../../errors.ts';
import { type MailboxEnd, MailboxPoll } from '../../hub/mailbox-poll.ts';
import type { PollOutcome } from '../../metrics/meters.ts';
import type { CometResponse, Parked } from '../answer/comet-response.ts';
import { Rendered } from '../answer/rendered.ts';
import type { PollContext } from './poll-endpoint.ts';

/** A mailbox poll at the other end of an HTTP request. */
export class MailboxRequest extends MailboxPoll implements Parked {
  readonly #context: PollContext;
  readonly #res: CometResponse;

  constructor(context: PollContext, res: CometResponse, ack: string | null, timeout: number) {
    super(ack, timeout);
    this.#context = context;
    this.#res = res;
  }

  override onMessage(value: string, id: string | null): boolean {
    const { responder, meters } = this.#context;
    const res = this.#res;
    // Between the end of its connection and the event that tells: the message must not be lost on it.
    if (res.gone) {
      this.#settle('gone');
      responder.left(res);
      return false;
    }
    this.#settle('value');
    meters.deliveries++;
    if (id === null) responder.message(res, value);
    else responder.json(res, Rendered.json({ error_code: 0, id, value }));
    return true;
  }

  override onEnd(end: MailboxEnd): void {
    this.#settle('timeout');
    this.#context.responder.json(this.#res, this.#ending(end));
  }

  override onError(error: CometError): void {
    this.#settle('error');
    this.#context.responder.error(this.#res, error);
  }

  leave(): void {
    this.abandon();
    this.#settle('gone');
    this.#context.responder.left(this.#res);
  }

  /** Old clients, which don't acknowledge, know the bare stop code and nothing else. */
  #ending(end: MailboxEnd): Rendered {
    if (end === 'timeout') return Rendered.json({ error_code: 1 });
    return Rendered.json(this.ack === null ? { stop: 1 } : { error_code: 1, stop: 1 });
  }

  #settle(outcome: PollOutcome): void {
    this.#res.poll = null;
    this.#context.meters.polls.add(outcome);
  }
}
