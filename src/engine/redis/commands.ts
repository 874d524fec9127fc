import type { Clock } from '../../clock.ts';
import type { Meters, RedisCommand } from '../../metrics/meters.ts';
import type { Reply } from './client.ts';
import type { Connection } from './connection.ts';
import type { Link } from './link.ts';
import { isNoScript } from './refusals.ts';
import type { Script, ScriptName, Scripts } from './scripts.ts';

export interface CommandsOptions {
  readonly scripts: Scripts;
  readonly clock: Clock;
  readonly meters: Meters;
}

/** How a script is called, under which name its time is kept. */
const METERED: Readonly<Record<ScriptName, RedisCommand>> = {
  append: 'append',
  remove: 'remove',
  read: 'read',
  push: 'push',
  pop: 'pop',
  'give-back': 'give_back',
  take: 'take',
  probe: 'probe',
};

/** Runs scripts, each as one EVALSHA, on the connection that stands now. */
export class Commands {
  readonly #link: Link;
  readonly #options: CommandsOptions;
  /** Scripts that are being loaded again, by connection. */
  readonly #loading = new WeakMap<Connection, Set<ScriptName>>();

  constructor(link: Link, options: CommandsOptions) {
    this.#link = link;
    this.#options = options;
  }

  /** Loads every script. Redis keeps them until it ends or is told to forget them. */
  async load(connection: Connection): Promise<void> {
    const scripts = Object.values(this.#options.scripts);
    await Promise.all(scripts.map(({ source }) => connection.send(['SCRIPT', 'LOAD', source])));
  }

  /**
   * An append is told, at the end, the run id of the process that it goes to. `asking` has a node of a Cluster take what
   * it is still importing. Fails at once when no connection stands, and with `ENGINE_TIMEOUT` when the reply doesn't come in time.
   */
  async run(name: ScriptName, keys: readonly string[], args: readonly string[], asking = false): Promise<Reply> {
    const { connection } = this.#link;
    if (connection === null) throw this.#link.refusal;
    const { clock, meters, scripts } = this.#options;
    const sent = clock.now();
    const command = ['EVALSHA', scripts[name].sha, String(keys.length), ...keys, ...args];
    if (name === 'append') command.push(connection.runId);
    const send = () => {
      // It counts for the next command only, so both are written in one turn. What fails with it fails the next, too.
      if (asking) connection.send(['ASKING']).catch(() => undefined);
      return connection.send(command);
    };
    try {
      return await send();
    } catch (error) {
      if (!isNoScript(error)) throw error;
      // Nothing was run, so it can be sent again.
      this.#reload(connection, name, scripts[name]);
      return await send();
    } finally {
      meters.redisCommands.get(METERED[name])?.observe((clock.now() - sent) / 1000);
    }
  }

  /** Redis takes commands in order: what is sent after this finds the script. */
  #reload(connection: Connection, name: ScriptName, script: Script): void {
    const loading = this.#loading.get(connection) ?? new Set();
    this.#loading.set(connection, loading);
    if (loading.has(name)) return;
    loading.add(name);
    const done = () => loading.delete(name);
    // If it fails, so does the command behind it, which tells.
    connection.send(['SCRIPT', 'LOAD', script.source]).then(done, done);
  }
}
