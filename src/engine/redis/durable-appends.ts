import type { Logger } from 'pino';
import { CometError } from '../../errors.ts';
import { type EntryReply, entryReplies } from './append-batch.ts';
import type { Reply } from './client.ts';
import { Commands, type CommandsOptions } from './commands.ts';
import type { Connection } from './connection.ts';
import { Link } from './link.ts';
import { Replication } from './replication.ts';

export interface DurableAppendsOptions {
  /** Replicas that must have an entry. */
  readonly replicas: number;
  /** Deadline of every call, milliseconds. */
  readonly timeoutMs: number;
  readonly scripting: CommandsOptions;
  /** Makes a connection that is not yet connected. */
  readonly make: () => Connection;
  /** Looks whom the connection has reached; rejects if we can't stand on it. */
  readonly greet: (connection: Connection) => Promise<unknown>;
  readonly onReconnect: () => void;
  readonly log: Logger;
}

/** One WAIT may run before an append is looked at, and one after it: both end within the deadline. */
const SHARE_OF_TIMEOUT = 3;

/** Appends that are over once enough replicas have them; on a connection of their own, since a WAIT holds up all behind it. */
export class DurableAppends {
  /** To be started and stopped by whoever makes this. */
  readonly link: Link;
  readonly #commands: Commands;
  readonly #replication: Replication;

  constructor({ replicas, timeoutMs, scripting, make, greet, onReconnect, log }: DurableAppendsOptions) {
    this.#replication = new Replication(replicas, timeoutMs / SHARE_OF_TIMEOUT);
    this.link = new Link({
      make,
      prepare: async (connection) => {
        await greet(connection);
        await this.#commands.load(connection);
      },
      log,
      onReady: () => undefined,
      onLost: () => undefined,
      onReconnect,
    });
    this.#commands = new Commands(this.link, scripting);
  }

  /** Entries that too few replicas have are told so, each for itself, in the reply. */
  async append(keys: readonly string[], args: readonly string[], asking: boolean): Promise<Reply> {
    const { connection } = this.link;
    const reply = await this.#run(keys, args, asking);
    const entries = entryReplies(reply);
    if (connection === null || !entries.some(isWritten)) return reply;
    try {
      await this.#replication.reached(connection);
      return reply;
    } catch (error) {
      return entries.flatMap((entry) => (isWritten(entry) ? [error as Error, ''] : [entry.offset, entry.epoch]));
    }
  }

  /** No probe goes by this connection: that it leads to a replica by now shows here first. The next one is led elsewhere. */
  async #run(keys: readonly string[], args: readonly string[], asking: boolean): Promise<Reply> {
    const { connection } = this.link;
    try {
      return await this.#commands.run('append', keys, args, asking);
    } catch (error) {
      if (error instanceof CometError && error.code === 'REDIS_READONLY') connection?.destroy(error);
      throw error;
    }
  }
}

function isWritten({ offset }: EntryReply): boolean {
  return typeof offset === 'number' && offset > 0;
}
