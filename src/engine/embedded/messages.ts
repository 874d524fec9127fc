/** What an embedded client (in a worker) and the store (in the primary) say to each other. */
import type { ErrorCode } from '../../errors.ts';
import type { AppendOptions, AppendResult, Log, Notice, Popped, Taken } from '../engine.ts';

/** Calls that are answered. */
export type EngineCall =
  | { readonly op: 'append'; readonly key: string; readonly value: string; readonly options: AppendOptions }
  | { readonly op: 'remove'; readonly key: string }
  | { readonly op: 'read'; readonly key: string; readonly history: boolean }
  | { readonly op: 'push'; readonly uid: string; readonly value: string }
  | { readonly op: 'pop'; readonly uid: string; readonly count: number; readonly parked: boolean }
  | { readonly op: 'give-back'; readonly uid: string; readonly values: readonly string[] }
  | { readonly op: 'take'; readonly uid: string; readonly ack: string; readonly parked: boolean };

/** What the store answers to a call. */
export type EngineResult = AppendResult | Log | Popped | Taken | null;

/** Worker to store. */
export type EngineRequest =
  | { readonly type: 'call'; readonly id: number; readonly call: EngineCall }
  | { readonly type: 'watch' | 'unwatch'; readonly keys: readonly string[]; readonly uids: readonly string[] };

/** Store to worker. The channel keeps order, so `live` stands before every notice that it promises. */
export type StoreMessage =
  | { readonly type: 'result'; readonly id: number; readonly result: EngineResult }
  | { readonly type: 'failure'; readonly id: number; readonly code: ErrorCode }
  | { readonly type: 'live'; readonly keys: readonly string[]; readonly uids: readonly string[] }
  | { readonly type: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly type: 'mailbox'; readonly uid: string };
