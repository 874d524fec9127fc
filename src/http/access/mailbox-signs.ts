import { verifyMailbox } from '../../sign.ts';

const UNIX_SECONDS = /^\d{1,12}$/;

export interface MailboxSignsOptions {
  readonly secrets: readonly string[];
  /** Accept signs that never expire. */
  readonly withoutExpires: boolean;
  /** Mailboxes need no sign at all (try-out mode). */
  readonly open: boolean;
}

/** Who may poll a mailbox. Without secrets nobody may, unless it is open to all. */
export class MailboxSigns {
  readonly #options: MailboxSignsOptions;

  constructor(options: MailboxSignsOptions) {
    this.#options = options;
  }

  /** `uid` holds no control characters; `expires` is empty where none was given. */
  admit(uid: string, expires: string, sign: string): boolean {
    const { secrets, withoutExpires, open } = this.#options;
    if (open) return true;
    if (expires === '' ? !withoutExpires : !isAhead(expires)) return false;
    return verifyMailbox(secrets, uid, expires, sign);
  }
}

/** Other machines made the time, so it is compared with the wall clock, as stepped as that may be. */
function isAhead(expires: string): boolean {
  return UNIX_SECONDS.test(expires) && Date.now() <= Number(expires) * 1000;
}
