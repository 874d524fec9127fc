import type { MailboxPoll } from './mailbox-poll.ts';
/** SIGNATURE ONLY, being written. */
export declare class Mailboxes {
  /** Takes a poll of the mailbox of `uid`; it is settled at once or later, exactly once. */
  poll(poll: MailboxPoll, uid: string): void;
}
