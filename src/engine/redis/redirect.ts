import { ErrorReply } from 'redis';
import { CometError } from '../../errors.ts';
import { endpointOf } from './endpoint.ts';
import type { Address } from './target.ts';

/** Where a node of a Cluster sends us: for good, for this once, or to itself in a moment, while it moves a slot. */
export type Redirect = { readonly type: 'moved' | 'ask'; readonly to: Address } | { readonly type: 'again' };

/** `null` if the call to `asked` failed for another reason. A call that was redirected has done nothing. */
export function redirectOf(error: unknown, asked: Address): Redirect | null {
  if (!(error instanceof CometError && error.cause instanceof ErrorReply)) return null;
  const { message } = error.cause;
  if (message.startsWith('TRYAGAIN')) return { type: 'again' };
  const parts = /^(MOVED|ASK) \d+ (.*):(\d+)$/.exec(message);
  if (parts === null) return null;
  return {
    type: parts[1] === 'ASK' ? 'ask' : 'moved',
    to: endpointOf(parts[2] ?? '', Number(parts[3]), asked),
  };
}
