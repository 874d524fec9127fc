import type { Logger } from 'pino';
import { CometError } from '../../errors.ts';
import type { Connection } from './connection.ts';
import { reasonOf } from './refusals.ts';

/** Whether Redis tells of pushes into mailboxes that other programs made; says so in the log. */
export class Keyspace {
  readonly #channel: string;
  readonly #log: Logger;
  /** What was last said; the same is not said again. */
  #said: string | null = null;

  /** `channel` is a keyspace channel like those of mailboxes, on which nothing happens. */
  constructor(channel: string, log: Logger) {
    this.#channel = channel;
    this.#log = log;
  }

  /** Whether keyspace channels may be subscribed to on this new connection. Redis may refuse them to our user. */
  async allowed(connection: Connection): Promise<boolean> {
    try {
      await connection.trySubscribe(this.#channel);
    } catch (error) {
      if (!isRefusal(error)) throw error;
      this.#say(`Redis refuses the keyspace channels: ${reasonOf(error)}`);
      return false;
    }
    this.#say(await this.#configured(connection));
    return true;
  }

  /** Why other programs' pushes don't show; empty when they do or nobody can know. */
  async #configured(connection: Connection): Promise<string> {
    try {
      const reply = await connection.send(['CONFIG', 'GET', 'notify-keyspace-events']);
      const flags = flagsOf(reply);
      return flags.includes('K') && /[lA]/.test(flags) ? '' : 'notify-keyspace-events lacks "Kl"';
    } catch (error) {
      // A hosted Redis often forbids CONFIG.
      if (!isRefusal(error)) throw error;
      return '';
    }
  }

  #say(reason: string): void {
    if (reason === this.#said) return;
    this.#said = reason;
    if (reason === '') this.#log.info('pushes of other programs wake mailbox polls');
    else this.#log.info({ reason }, 'pushes of other programs are found by looking, they do not wake mailbox polls');
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof CometError && (error.code === 'REDIS_AUTH' || error.code === 'REDIS_ERROR');
}

/** RESP3 gives a map, which comes as an object. */
function flagsOf(reply: unknown): string {
  return typeof reply === 'object' && reply !== null ? String(Object.values(reply)[0] ?? '') : '';
}
