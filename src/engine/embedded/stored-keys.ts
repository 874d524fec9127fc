import type { Clock } from '../../clock.ts';
import { type AppendOptions, type AppendResult, type Log, NOTICE_VALUE_BYTES, type Notice } from '../engine.ts';
import { type Budget, ENTRY_OVERHEAD, LOG_OVERHEAD, textBytes } from './budget.ts';
import { Idempotency } from './idempotency.ts';
import { KeyLog } from './key-log.ts';

export interface StoredKeysOptions {
  readonly budget: Budget;
  readonly clock: Clock;
  /** Entries that a key retains, the newest included. */
  readonly historySize: number;
  /** Milliseconds that entries older than the newest are retained. */
  readonly historyTtlMs: number;
  /** Called within the step that changed the key. */
  readonly announce: (key: string, notice: Notice) => void;
}

/** Every key's log. What has expired is never shown, and its memory comes back with the sweep. */
export class StoredKeys {
  readonly #options: StoredKeysOptions;
  readonly #logs = new Map<string, KeyLog>();
  readonly #ids: Idempotency;
  #sweeping = this.#logs.entries();

  constructor(options: StoredKeysOptions) {
    this.#options = options;
    this.#ids = new Idempotency(options.budget);
  }

  /** Throws `ENGINE_FULL` when there is no room; nothing was written then. */
  append(key: string, value: string, { ttl, id }: AppendOptions): AppendResult {
    const now = this.#options.clock.now();
    const earlier = id === '' ? null : this.#ids.recall(key, id, value, now);
    if (earlier !== null) return earlier;
    const valueBytes = textBytes(value);
    const log = this.#room(key, valueBytes + ENTRY_OVERHEAD, id === '' ? 0 : this.#ids.bytes(key, id), now);
    log.keepNewest(this.#options.historySize - 1);
    log.add(value, valueBytes + ENTRY_OVERHEAD, now);
    log.expiresAt = ttl === 0 ? 0 : now + ttl * 1000;
    const { epoch, offset, first, expiresAt } = log;
    const result: AppendResult = { type: 'appended', epoch, offset };
    if (id !== '') this.#ids.remember(key, id, value, result, now);
    this.#options.announce(key, {
      type: 'entry',
      epoch,
      offset,
      first,
      ancestor: null,
      expiresAt,
      value: valueBytes > NOTICE_VALUE_BYTES ? null : value,
      acceptedAt: now,
    });
    return result;
  }

  remove(key: string): void {
    const log = this.#alive(key, this.#options.clock.now());
    if (log === undefined) return;
    this.#drop(key, log);
    this.#options.announce(key, { type: 'gone', epoch: log.epoch, offset: log.offset });
  }

  read(key: string, history: boolean): Log | null {
    return this.#alive(key, this.#options.clock.now())?.view(history) ?? null;
  }

  /** Returns memory: looks at up to `limit` logs, beginning where the call before it ended, and at `limit` ids. */
  sweep(limit: number): void {
    const now = this.#options.clock.now();
    this.#ids.sweep(now, limit);
    for (let i = 0; i < limit; i++) {
      const next = this.#sweeping.next();
      if (next.done === true) {
        this.#sweeping = this.#logs.entries();
        return;
      }
      this.#alive(next.value[0], now);
    }
  }

  /** The log to append to, once the room for one more entry is booked. */
  #room(key: string, entryBytes: number, idBytes: number, now: number): KeyLog {
    const { budget, historySize } = this.#options;
    const log = this.#alive(key, now);
    if (log !== undefined) {
      budget.take(entryBytes + idBytes - log.surplus(historySize - 1));
      return log;
    }
    budget.take(LOG_OVERHEAD + textBytes(key) + entryBytes + idBytes);
    const born = new KeyLog();
    this.#logs.set(key, born);
    return born;
  }

  /** The log of a key as it is now, trimmed by age; an expired one is dropped. */
  #alive(key: string, now: number): KeyLog | undefined {
    const log = this.#logs.get(key);
    if (log === undefined) return undefined;
    if (log.isExpired(now)) {
      this.#drop(key, log);
      return undefined;
    }
    this.#options.budget.give(log.keepSince(now - this.#options.historyTtlMs));
    return log;
  }

  #drop(key: string, log: KeyLog): void {
    this.#logs.delete(key);
    this.#options.budget.give(LOG_OVERHEAD + textBytes(key) + log.bytes);
  }
}
