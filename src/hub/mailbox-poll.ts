import type { CometError } from '../errors.ts';
import type { MailboxState } from './mailbox-state.ts';
import { Timed } from './wheel.ts';

/** How a mailbox poll ends without a message: after its longest wait, or at the time-out that it asked for. */
export type MailboxEnd = 'stop' | 'timeout';

/** Who settles a mailbox poll: `Mailboxes`. */
export interface MailboxPollOwner {
  abandon(poll: MailboxPoll): void;
  expire(poll: MailboxPoll): void;
}

/**
 * One poll of a mailbox, from its arrival until it is settled. A transport extends it with the response it holds;
 * exactly one of the `on…` methods is called, once, unless the transport abandons it first. If `onMessage` throws,
 * `onError` is told `INTERNAL`, with what was thrown as its cause.
 */
export abstract class MailboxPoll extends Timed {
  /** The acknowledgement it brought, empty for the first; `null` asks for a message without acknowledgement. */
  readonly ack: string | null;
  /** Milliseconds it waits at most; infinite for the whole rhythm of looks. */
  readonly timeout: number;

  // Owned by `Mailboxes`.
  owner: MailboxPollOwner | null = null;
  mailbox: MailboxState | null = null;
  /** When it must be settled, on the wheel's clock. */
  endsAt = 0;
  /** Milliseconds of the wait that goes on now. */
  wait = 0;
  /** The next look is its last one. */
  last = false;

  constructor(ack: string | null, timeout: number) {
    super();
    this.ack = ack;
    this.timeout = timeout;
  }

  /**
   * A message, with its id if the poll acknowledges. Returns false if the client is known to be gone and nothing was
   * written: the message then goes back.
   */
  abstract onMessage(value: string, id: string | null): boolean;
  abstract onEnd(end: MailboxEnd): void;
  abstract onError(error: CometError): void;

  /** The client is gone: forget it. Does nothing once it is settled. */
  abandon(): void {
    this.owner?.abandon(this);
  }

  override expire(): void {
    this.owner?.expire(this);
  }
}
