import type { AppendOptions, AppendResult, Log } from '../engine.ts';
import type { Keeping } from './append-batch.ts';
import { AppendQueue } from './append-queue.ts';
import type { Deployment } from './deployment.ts';
import type { Names } from './names.ts';
import type { Unique } from './unique.ts';

export interface LogsOptions {
  readonly deployment: Deployment;
  readonly names: Names;
  readonly unique: Unique;
  /** Entries that a log retains, the newest included. */
  readonly historySize: number;
  /** Milliseconds that entries older than the newest are retained. */
  readonly historyTtlMs: number;
  /** Whether an append is over only once replicas have the entry. */
  readonly isReplicated: boolean;
}

/** Entries in one call: Redis serves nobody else meanwhile, which is half a millisecond. */
const MOST_ENTRIES = 64;

/** The logs of keys, as scripts keep them in Redis. */
export class Logs {
  readonly #options: LogsOptions;
  readonly #keeping: Keeping;
  readonly #appends: AppendQueue;

  constructor(options: LogsOptions) {
    const { deployment, historySize, historyTtlMs, isReplicated, unique } = options;
    this.#options = options;
    this.#keeping = { size: String(historySize), ttl: String(Math.ceil(historyTtlMs)), isReplicated };
    this.#appends = new AppendQueue({
      keeping: this.#keeping,
      most: deployment.spansKeys ? MOST_ENTRIES : 1,
      name: () => unique.next(),
      send: ({ keys, args, channel }) => deployment.run('append', keys, args, channel),
    });
  }

  append(key: string, value: string, { ttl, id }: AppendOptions): Promise<AppendResult> {
    const { names } = this.#options;
    const { log, old, channel } = names.key(key);
    const idKey = id === '' ? null : names.idempotency(key, id);
    return this.#appends.append({ log, old, channel, id: idKey, ttl: milliseconds(ttl), value });
  }

  async remove(key: string): Promise<void> {
    const { log, old, channel } = this.#options.names.key(key);
    // It must not overtake what was appended before.
    this.#appends.flush();
    await this.#options.deployment.run('remove', [log, old], [channel], channel);
  }

  async read(key: string, history: boolean): Promise<Log | null> {
    const { deployment, names } = this.#options;
    const { log, old } = names.key(key);
    const reply = (await deployment.run('read', [log, old], [history ? '1' : '0', this.#keeping.ttl])) as
      | readonly []
      | LogReply;
    if (!isLog(reply)) return null;
    const [epoch, offset, held, expiresAt, ancestorOffset, ancestorEpoch, newest, ...older] = reply;
    return {
      epoch,
      offset,
      first: offset - held,
      ancestor: ancestorEpoch === '' ? null : { epoch: ancestorEpoch, offset: ancestorOffset },
      expiresAt: deployment.timeOf(log).expiry(expiresAt),
      // Each is `<accepted at>:<value>`.
      values: [...older.map((entry) => entry.slice(entry.indexOf(':') + 1)), newest],
    };
  }
}

type LogReply = readonly [string, number, number, number, number, string, string, ...string[]];

function isLog(reply: readonly [] | LogReply): reply is LogReply {
  return reply.length > 0;
}

/** Seconds as whole milliseconds, which Redis counts in; 0 stays 0 and nothing else becomes it. */
function milliseconds(seconds: number): string {
  if (seconds === 0) return '0';
  // A thousand years: more would overflow Redis' own clock.
  return String(Math.min(Math.ceil(seconds * 1000), 31_536_000_000_000));
}
