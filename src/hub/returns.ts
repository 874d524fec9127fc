import type { Clock } from '../clock.ts';
import type { MailboxEngine } from '../engine/engine.ts';
import { CometError } from '../errors.ts';
import type { Meters } from '../metrics/meters.ts';

/** Messages kept while the engine is out of reach; beyond that the oldest are lost, and counted. */
const MAX_OWED = 10_000;
const RETRY_MS = 250;

interface Owed {
  readonly uid: string;
  readonly values: readonly string[];
}

/** Messages that were taken for a poll that was gone: they go back to where they came from. */
export class Returns {
  readonly #engine: MailboxEngine;
  readonly #clock: Clock;
  readonly #meters: Meters;
  #owed: Owed[] = [];
  #retryAt = 0;
  #underWay = 0;

  constructor(engine: MailboxEngine, clock: Clock, meters: Meters) {
    this.#engine = engine;
    this.#clock = clock;
    this.#meters = meters;
  }

  /** Messages are on their way back, or wait for the engine. */
  get busy(): boolean {
    return this.#underWay > 0 || this.#owed.length > 0;
  }

  /** `values` oldest first, as they came out. */
  async give(uid: string, values: readonly string[]): Promise<void> {
    this.#underWay++;
    try {
      await this.#engine.giveBack(uid, values);
      this.#meters.mailboxMessages.add('given_back', values.length);
    } catch (error) {
      // After a time-out it may have been done, and without `ack` a message comes at most once: never a second time.
      if (error instanceof CometError && error.code === 'ENGINE_TIMEOUT') this.#lose(values);
      else this.#keep({ uid, values });
    } finally {
      this.#underWay--;
    }
  }

  /** Gives up what waits for the engine. */
  abandon(): void {
    for (const { values } of this.#owed.splice(0)) this.#lose(values);
  }

  /** Tries again what could not be given back; called on every turn of the wheel. */
  advance(): void {
    if (this.#owed.length === 0 || this.#clock.now() < this.#retryAt) return;
    const owed = this.#owed;
    this.#owed = [];
    for (const { uid, values } of owed) void this.give(uid, values);
  }

  #keep(owed: Owed): void {
    this.#owed.push(owed);
    this.#retryAt = this.#clock.now() + RETRY_MS;
    if (this.#owed.length > MAX_OWED) this.#lose(this.#owed.shift()?.values ?? []);
  }

  #lose(values: readonly string[]): void {
    this.#meters.mailboxMessages.add('lost', values.length);
  }
}
