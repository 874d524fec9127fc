import { type AppendOptions, type AppendResult, IDEMPOTENCY_MS, type Log, NOTICE_VALUE_BYTES } from '../engine.ts';
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
}

/** The logs of keys, as scripts keep them in Redis. */
export class Logs {
  readonly #options: LogsOptions;
  /** What scripts are told of the history: its size, its ttl. */
  readonly #history: readonly [string, string];

  constructor(options: LogsOptions) {
    this.#options = options;
    this.#history = [String(options.historySize), String(Math.ceil(options.historyTtlMs))];
  }

  async append(key: string, value: string, options: AppendOptions): Promise<AppendResult> {
    const { deployment, names, unique } = this.#options;
    const { log, old, channel } = names.key(key);
    const hasId = options.id !== '';
    const reply = await deployment.run(
      'append',
      [log, old, hasId ? names.idempotency(key, options.id) : log],
      [
        value,
        channel,
        unique.next(),
        milliseconds(options.ttl),
        ...this.#history,
        hasId ? String(IDEMPOTENCY_MS) : '0',
        String(NOTICE_VALUE_BYTES),
      ],
      channel,
    );
    const [offset, epoch] = reply as [number?, string?];
    return offset === undefined || epoch === undefined ? { type: 'conflict' } : { type: 'appended', epoch, offset };
  }

  async remove(key: string): Promise<void> {
    const { log, old, channel } = this.#options.names.key(key);
    await this.#options.deployment.run('remove', [log, old], [channel], channel);
  }

  async read(key: string, history: boolean): Promise<Log | null> {
    const { deployment, names } = this.#options;
    const { log, old } = names.key(key);
    const reply = (await deployment.run('read', [log, old], [history ? '1' : '0', this.#history[1]])) as
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
