import type { MailboxPoll } from './mailbox-poll.ts';
import { Timed } from './wheel.ts';

/** Who hears of a mailbox's own deadlines. */
export interface MailboxOwner {
  /** Nobody has come for a while. */
  lingered(state: MailboxState): void;
  /** The message in flight may be had by another poll. */
  leaseOver(state: MailboxState): void;
}

/** Runs as long as a message in flight stays with the poll it was given to. */
class Lease extends Timed {
  readonly #state: MailboxState;

  constructor(state: MailboxState) {
    super();
    this.#state = state;
  }

  override expire(): void {
    this.#state.owner.leaseOver(this.#state);
  }
}

/** What a worker knows of one mailbox and who waits for it. `Mailboxes` owns every field. */
export class MailboxState extends Timed {
  readonly uid: string;
  readonly owner: MailboxOwner;
  watched = false;
  readonly lease = new Lease(this);
  /** Hints are certain. */
  live = false;
  /** Hints that came so far: tells a poll whether one came while it was asking the engine. */
  hints = 0;
  /** Parked polls are being served. */
  looking = false;
  lookAgain = false;
  /** The answer to a take was lost: a message may be in flight that nobody has. */
  unsure = false;
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
    this.owner.lingered(this);
  }
}
