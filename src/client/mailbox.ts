import { isPassing } from './comet-error.ts';
import { Pause } from './pause.ts';
import type { Remote } from './remote.ts';

/** A message of a mailbox. */
export interface Message {
  /** Is the same when the message comes a second time. */
  readonly id: string;
  readonly value: string;
}

/** The proof that a mailbox may be read: what `comet sign` prints. */
export interface MailboxSign {
  readonly sign: string;
  /** Unix seconds, as they were signed. */
  readonly expires: string;
}

export interface MailboxOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
  /** A sign, or a function that gives one that is good now; it is asked before each poll. */
  readonly sign?: MailboxSign | (() => MailboxSign | Promise<MailboxSign>);
}

interface Answer extends Message {
  readonly error_code: number;
}

/** Milliseconds: below what load balancers on the way cut. */
const POLL_MS = 50_000;

/**
 * The messages of a mailbox, oldest first, until `closed` or the caller's own signal says so. Asking for the next one
 * acknowledges the one before: a message that was given out last when the loop is left comes again.
 */
export async function* mailbox(
  remote: Remote,
  uid: string,
  { sign, signal }: MailboxOptions,
  closed: AbortSignal,
): AsyncGenerator<Message, void, undefined> {
  const pause = new Pause();
  const isOver = () => closed.aborted || signal?.aborted;
  let ack = '';
  while (!isOver()) {
    let answer: Answer | undefined;
    try {
      const proof = typeof sign === 'function' ? await sign() : sign;
      const fields = { ...proof, uid, ack, timeout: `${POLL_MS / 1000}` };
      answer = await remote.ask<Answer>('', fields, POLL_MS, closed, signal);
      pause.reset();
    } catch (error) {
      if (isOver()) return;
      if (!isPassing(error)) throw error;
      await pause.after(error, closed, signal);
    }
    if (answer?.error_code === 0) {
      yield { id: answer.id, value: answer.value };
      ack = answer.id;
    }
  }
}
