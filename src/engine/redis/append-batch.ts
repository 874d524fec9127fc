import { ErrorReply } from 'redis';
import { CometError } from '../../errors.ts';
import { type AppendResult, IDEMPOTENCY_MS, NOTICE_VALUE_BYTES } from '../engine.ts';
import type { Reply } from './client.ts';
import { refusalOf } from './refusals.ts';

/** One entry, as `append.lua` is told of it: the Redis keys and the channel are those of its log. */
export interface Entry {
  readonly log: string;
  readonly old: string;
  /** Where its idempotency id is kept; `null` without one. */
  readonly id: string | null;
  readonly channel: string;
  /** Milliseconds; '0' for never. */
  readonly ttl: string;
  readonly value: string;
}

/** How all entries are kept. */
export interface Keeping {
  /** Entries that a log retains, the newest included. */
  readonly size: string;
  /** Milliseconds that those older than the newest are retained. */
  readonly ttl: string;
  /** Whether replicas are waited for. */
  readonly isReplicated: boolean;
}

/** Who waits for what becomes of an entry. */
interface Author {
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}

/** What a call of `append.lua` says of one entry. */
export interface EntryReply {
  /** 0 for a conflict. */
  readonly offset: number | Error;
  readonly epoch: string;
}

/** Entries that one call of `append.lua` appends, each with an outcome of its own. */
export class AppendBatch {
  readonly keys: string[] = [];
  readonly args: string[];
  readonly #authors: Author[] = [];
  #length = 0;
  #channel = '';

  /** `epoch` is given to logs that this batch begins: random, unique to the call. */
  constructor(epoch: string, { size, ttl, isReplicated }: Keeping) {
    this.args = [epoch, size, ttl, String(NOTICE_VALUE_BYTES), String(IDEMPOTENCY_MS), isReplicated ? '1' : '0'];
  }

  get size(): number {
    return this.#authors.length;
  }

  /** Characters of the values. */
  get length(): number {
    return this.#length;
  }

  /** That of one of the entries. */
  get channel(): string {
    return this.#channel;
  }

  add({ log, old, id, channel, ttl, value }: Entry): Promise<AppendResult> {
    this.keys.push(log, old);
    if (id !== null) this.keys.push(id);
    this.args.push(channel, ttl, id === null ? '0' : '1', value);
    this.#length += value.length;
    this.#channel = channel;
    return new Promise((resolve, reject) => {
      this.#authors.push({ resolve, reject });
    });
  }

  /** Tells each author what became of the entry. */
  settle(reply: Reply): void {
    const told = entryReplies(reply);
    this.#authors.forEach(({ resolve, reject }, index) => {
      const { offset, epoch } = told[index] ?? { offset: new CometError('ENGINE_TIMEOUT'), epoch: '' };
      if (offset instanceof Error) reject(offset instanceof ErrorReply ? refusalOf(offset) : offset);
      else resolve(offset === 0 ? { type: 'conflict' } : { type: 'appended', epoch, offset });
    });
  }

  /** The call as a whole failed. */
  fail(error: unknown): void {
    for (const { reject } of this.#authors) reject(error);
  }
}

/** What a reply of `append.lua` says of each entry. */
export function entryReplies(reply: Reply): EntryReply[] {
  const flat = reply as readonly (number | Error | string)[];
  const entries: EntryReply[] = [];
  for (let i = 0; i < flat.length; i += 2) {
    entries.push({ offset: flat[i] as number | Error, epoch: flat[i + 1] as string });
  }
  return entries;
}
