import type { Logger } from 'pino';
import { reasonOf } from './refusals.ts';
import type { Sentinels } from './sentinels.ts';
import { type Address, isSameAddress } from './target.ts';

export interface MasterWatchOptions {
  readonly sentinels: Sentinels;
  /** Milliseconds between two questions. */
  readonly intervalMs: number;
  readonly log: Logger;
  /** Another one is the master now: no connection to the one before is good any more. */
  readonly onMoved: (master: Address) => void;
}

/**
 * Asks now and then whether the master is still the one that was found last. In a failover on command the old master
 * lives, and goes on taking sets that will be lost until the sentinels demote it, which they do after 8 s.
 */
export class MasterWatch {
  readonly #options: MasterWatchOptions;
  #found: Address | null = null;
  #timer: NodeJS.Timeout | null = null;
  #asking = false;

  constructor(options: MasterWatchOptions) {
    this.#options = options;
  }

  /** Where the master is, for whoever connects; rejects if no sentinel tells. Others may be with the one before. */
  async locate(): Promise<Address> {
    const master = await this.#options.sentinels.master();
    this.#learn(master);
    return master;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), this.#options.intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    const { sentinels, log } = this.#options;
    if (this.#asking || this.#found === null) return;
    this.#asking = true;
    try {
      const before = this.#found;
      // One of them may be behind the others: what it says only makes us ask them all.
      if (isSameAddress(await sentinels.rumour(), before)) return;
      const master = await sentinels.master();
      if (this.#timer !== null) this.#learn(master);
    } catch (error) {
      // The connections that stand are as good as before.
      log.debug({ reason: reasonOf(error) }, 'no sentinel told where the master is');
    } finally {
      this.#asking = false;
    }
  }

  #learn(master: Address): void {
    const before = this.#found;
    this.#found = master;
    if (before !== null && !isSameAddress(master, before)) this.#options.onMoved(master);
  }
}
