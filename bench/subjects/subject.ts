import type { Target } from '../load/target.ts';

/** A server under load: the project's own, a peer, or a floor. */
export interface SubjectKind {
  readonly name: string;
  /** Why it can't take part on this machine; null if it can. */
  missing(): string | null;
  /** Starts it in fresh processes, ready to serve. */
  start(options: StartOptions): Promise<Subject>;
}

export interface StartOptions {
  /** Processes that serve; subjects that know one only ignore it. */
  readonly workers: number;
  /** Mailboxes (`uid`) instead of keys; only asked of those that have them. */
  readonly mailboxes?: boolean;
}

export interface Subject {
  readonly target: Target;
  /** Throws `Invalid` if one of its processes died, also if it was replaced. */
  check(): void;
  /** Ends all of its processes and removes their files. Throws `Invalid` if it doesn't end as it should. */
  stop(): Promise<void>;
}
