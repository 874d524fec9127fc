import type { Logger } from 'pino';
import { reasonOf } from './refusals.ts';
import type { Sentinels } from './sentinels.ts';
import { type Address, describeAddress } from './target.ts';

export interface MasterWatchOptions {
  readonly sentinels: Sentinels;
  /** Milliseconds between two questions. */
  readonly intervalMs: number;
  readonly log: Logger;
  /** Another one is the master now: no connection to the one before is good any more. */
  readonly onMoved: (reason: string) => void;
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

  /** Where the master is, for whoever connects; rejects if no sentinel tells. */
  async locate(): Promise<Address> {
    this.#found = await this.#options.sentinels.master();
    return this.#found;
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#look(), this.#options.intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  async #look(): Promise<void> {
    const { sentinels, log, onMoved } = this.#options;
    if (this.#asking || this.#found === null) return;
    this.#asking = true;
    try {
      const before = this.#found;
      // One of them may be behind the others: what it says only makes us ask them all.
      if (isSame(await sentinels.rumour(), before)) return;
      const master = await sentinels.master();
      if (this.#timer === null || isSame(master, this.#found)) return;
      this.#found = master;
      onMoved(`the master is ${describeAddress(master)} now`);
    } catch (error) {
      // The connections that stand are as good as before.
      log.debug({ reason: reasonOf(error) }, 'no sentinel told where the master is');
    } finally {
      this.#asking = false;
    }
  }
}

function isSame(one: Address, other: Address): boolean {
  return describeAddress(one) === describeAddress(other);
}
