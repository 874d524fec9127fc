import { ErrorReply } from 'redis';
import { CometError } from '../../errors.ts';
import type { Address } from './target.ts';

/** Where a node of a Cluster sends us: for good, for this once, or to itself in a moment, while it moves a slot. */
export type Redirect = { readonly type: 'moved' | 'ask'; readonly to: Address } | { readonly type: 'again' };

/** `null` if the call failed for another reason. A call that was redirected has done nothing. */
export function redirectOf(error: unknown): Redirect | null {
  if (!(error instanceof CometError && error.cause instanceof ErrorReply)) return null;
  const { message } = error.cause;
  if (message.startsWith('TRYAGAIN')) return { type: 'again' };
  const parts = /^(MOVED|ASK) \d+ (.+):(\d+)$/.exec(message);
  if (parts === null) return null;
  return {
    type: parts[1] === 'ASK' ? 'ask' : 'moved',
    to: { host: parts[2] ?? '', port: Number(parts[3]) },
  };
}
