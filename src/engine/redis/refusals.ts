import type { ErrorReply } from 'redis';
import { CometError, type ErrorCode } from '../../errors.ts';

/** What each of Redis' own error codes (the first word of its reply) is in the catalogue. */
const REFUSALS: Readonly<Record<string, ErrorCode>> = {
  LOADING: 'REDIS_LOADING',
  READONLY: 'REDIS_READONLY',
  // A replica that lost its master and was told not to serve what it has.
  MASTERDOWN: 'REDIS_READONLY',
  OOM: 'REDIS_OUT_OF_MEMORY',
  MISCONF: 'REDIS_MISCONF',
  NOAUTH: 'REDIS_AUTH',
  WRONGPASS: 'REDIS_AUTH',
  NOPERM: 'REDIS_AUTH',
  CLUSTERDOWN: 'REDIS_CLUSTER_DOWN',
  // A node of a Cluster that doesn't hold the slot of this key (now).
  MOVED: 'REDIS_CLUSTER_DOWN',
  ASK: 'REDIS_CLUSTER_DOWN',
  TRYAGAIN: 'REDIS_CLUSTER_DOWN',
  WRONGTYPE: 'REDIS_WRONG_TYPE',
  NOSCRIPT: 'REDIS_NO_SCRIPT',
};

/** Inside a script a lack of permission comes without its code: in the words of Redis 7.0, and of later ones. */
const NOPERM_IN_SCRIPT = /The user executing the script can't|ACL failure in script/;

/** The catalogue's row for an error that Redis replied, which is kept as the cause. */
export function refusalOf(reply: ErrorReply): CometError {
  return new CometError(codeOf(reply), { cause: reply });
}

/** Whether Redis doesn't know the script of an `EVALSHA`: then nothing was run. */
export function isNoScript(error: unknown): boolean {
  return error instanceof CometError && error.code === 'REDIS_NO_SCRIPT';
}

/** What an operator should read of a failure: Redis' own words where there are some. */
export function reasonOf(error: unknown): string {
  if (error instanceof CometError && error.cause !== undefined) return reasonOf(error.cause);
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}

function codeOf(reply: ErrorReply): ErrorCode {
  const word = reply.message.slice(0, reply.message.indexOf(' '));
  const code = REFUSALS[word];
  if (code !== undefined) return code;
  return NOPERM_IN_SCRIPT.test(reply.message) ? 'REDIS_AUTH' : 'REDIS_ERROR';
}
