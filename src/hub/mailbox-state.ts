import type { MailboxPoll } from './mailbox-poll.ts';
import { Timed } from './wheel.ts';

/** Who hears that a mailbox's own deadline is over. */
export interface MailboxOwner {
  due(state: MailboxState): void;
}

/** What a worker knows of one mailbox and who waits for it. `Mailboxes` owns every field. */
export class MailboxState extends Timed {
  readonly uid: string;
  readonly owner: MailboxOwner;
  watched = false;
  /** Hints are certain. */
  live = false;
  /** Hints that came so far: tells a poll whether one came while it was asking the engine. */
  hints = 0;
  /** Parked polls are being served. */
  looking = false;
  lookAgain = false;
  /** Polls that have come and not been answered, parked or still asking. */
  count = 0;
  /** Oldest first. Few: a mailbox has one user. */
  readonly parked = new Set<MailboxPoll>();

  constructor(uid: string, owner: MailboxOwner) {
    super();
    this.uid = uid;
    this.owner = owner;
  }

  override expire(): void {
    this.owner.due(this);
  }
}
