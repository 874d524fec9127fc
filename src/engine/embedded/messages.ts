/** What an embedded engine (in a worker) and the store (in the primary) say to each other. */
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
  | { readonly op: 'take'; readonly uid: string; readonly ack: string; readonly parked: boolean }
  /** Does nothing: its answer shows that the primary lives. */
  | { readonly op: 'ping' };

/** What the store answers to each call. */
export interface EngineResults {
  readonly append: AppendResult;
  readonly remove: null;
  readonly read: Log | null;
  readonly push: null;
  readonly pop: Popped;
  readonly 'give-back': null;
  readonly take: Taken;
  readonly ping: null;
}

export type EngineResult = EngineResults[keyof EngineResults];

/** Worker to store. */
export type EngineRequest =
  | { readonly type: 'call'; readonly id: number; readonly call: EngineCall }
  /** Numbered 1, 2, 3 …: `live` says which of them it takes in. */
  | {
      readonly type: 'watch';
      readonly round: number;
      readonly keys: readonly string[];
      readonly uids: readonly string[];
    }
  | { readonly type: 'unwatch'; readonly keys: readonly string[]; readonly uids: readonly string[] }
  /** Receipt for messages of this weight (`weigh`): the store bounds what is under way to a worker. */
  | { readonly type: 'received'; readonly weight: number };

/**
 * Store to worker. The channel keeps order, so `live` stands before every notice that it promises. Times are
 * milliseconds on the primary's clock; `now` lets the worker find how far that is from its own.
 */
export type StoreMessage =
  | { readonly type: 'result'; readonly id: number; readonly result: EngineResult; readonly now: number }
  | { readonly type: 'failure'; readonly id: number; readonly code: ErrorCode }
  /** `round` is that of the last `watch` which the store had taken when it sent this. */
  | {
      readonly type: 'live';
      readonly round: number;
      readonly keys: readonly string[];
      readonly uids: readonly string[];
      readonly now: number;
    }
  /** Notices were left out because the worker didn't keep up; `live` follows for everything it watches once it does. */
  | { readonly type: 'lost' }
  | { readonly type: 'notice'; readonly key: string; readonly notice: Notice }
  | { readonly type: 'mailbox'; readonly uid: string };

/** About how many characters a message takes on the channel; both sides reckon alike. */
export function weigh(message: StoreMessage): number {
  switch (message.type) {
    case 'result':
      return FRAME + weighResult(message.result);
    case 'notice':
      return FRAME + message.key.length + (message.notice.type === 'entry' ? (message.notice.value?.length ?? 0) : 0);
    case 'mailbox':
      return FRAME + message.uid.length;
    case 'failure':
    case 'lost':
      return FRAME;
    // Bounded by what the worker watches; were it weighed, a long list after a loss would make the next loss.
    case 'live':
      return FRAME;
  }
}

/** As `weigh`, of a call. */
export function weighCall(call: EngineCall): number {
  switch (call.op) {
    case 'append':
      return FRAME + call.key.length + call.value.length;
    case 'push':
      return FRAME + call.uid.length + call.value.length;
    case 'give-back':
      return FRAME + call.uid.length + weighTexts(call.values);
    case 'remove':
    case 'read':
      return FRAME + call.key.length;
    case 'pop':
    case 'take':
      return FRAME + call.uid.length;
    case 'ping':
      return FRAME;
  }
}

/** Names, numbers and punctuation of a message. */
const FRAME = 200;

function weighResult(result: EngineResult): number {
  if (result === null) return 0;
  if ('values' in result) return weighTexts(result.values);
  if ('message' in result) return result.message?.value.length ?? 0;
  return 0;
}

function weighTexts(texts: readonly string[]): number {
  let weight = 0;
  for (const text of texts) weight += text.length + 3;
  return weight;
}
