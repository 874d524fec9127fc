import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'redis';
import { Child } from './child.ts';
import { freePort } from './free-port.ts';
import { raw } from './http-client.ts';
import { until } from './until.ts';

export interface RedisServerOptions {
  /** Directives of redis.conf as they would stand there; a list writes the directive several times (`user`). */
  readonly config?: Readonly<Record<string, string | readonly string[]>>;
  /** A sentinel, not a Redis. */
  readonly sentinel?: boolean;
  /** Survives a limit on the size of its files (`prlimit --fsize`): a write beyond it fails, as on a full disk. */
  readonly limitable?: boolean;
}

/** Nothing is saved unless a test asks for it. */
const DEFAULTS = { bind: '127.0.0.1', save: '""', appendonly: 'no', dbfilename: 'dump.rdb' };
const START_ATTEMPTS = 5;
/** A shell that ignores the signal of a file that gets too long, and so does the program that takes its place. */
const LIMITABLE = ['sh', '-c', `trap '' XFSZ; exec "$@"`, 'sh'];

/** A real redis-server on a free loopback port, with a directory of its own. */
export class RedisServer {
  readonly port: number;
  /** Its working directory; gone after `stop`. */
  readonly dir: string;
  readonly #password: string;
  readonly #sentinel: boolean;
  readonly #limitable: boolean;
  #child: Child | undefined;
  #client: Promise<Client> | undefined;
  #snapshots = 0;

  private constructor(port: number, dir: string, password: string, options: RedisServerOptions) {
    this.#sentinel = options.sentinel === true;
    this.#limitable = options.limitable === true;
    this.port = port;
    this.dir = dir;
    this.#password = password;
  }

  /** Resolves once the server answers. */
  static async start(options: RedisServerOptions = {}): Promise<RedisServer> {
    const config = { ...DEFAULTS, ...options.config };
    const password = 'requirepass' in config ? String(config.requirepass) : '';
    for (let attempt = 1; ; attempt++) {
      const port = await freePort();
      const server = new RedisServer(port, await mkdtemp(join(tmpdir(), 'comet-redis-')), password, options);
      await writeFile(join(server.dir, 'redis.conf'), render({ ...config, port: String(port), dir: server.dir }));
      try {
        await server.#launch();
        return server;
      } catch (error) {
        await server.stop();
        if (attempt === START_ATTEMPTS || !String(error).includes('Address already in use')) throw error;
      }
    }
  }

  get url(): string {
    const user = this.#password === '' ? '' : `:${encodeURIComponent(this.#password)}@`;
    return `redis://${user}127.0.0.1:${this.port}`;
  }

  /** Runs one command (`cli('CLIENT', 'KILL', 'TYPE', 'pubsub')`) on a connection of its own and gives the reply. */
  async cli(...command: string[]): Promise<unknown> {
    this.#client ??= this.#connect();
    return (await this.#client).sendCommand(command);
  }

  /** Ends the server at once, as a crash would; what was not saved is lost. */
  async kill(): Promise<void> {
    await this.#disconnect();
    await this.#child?.stop('SIGKILL');
    this.#child = undefined;
  }

  /** Brings it back on the same port with its data. After a `kill` that is what was saved last. */
  async restart(): Promise<void> {
    if (this.#child !== undefined) await this.cli('SAVE');
    await this.kill();
    await this.#launch();
  }

  /** Brings it back on the same port as it was when that snapshot was made. */
  async restartFrom(snapshot: string): Promise<void> {
    await this.kill();
    await this.#erase();
    await copyFile(snapshot, join(this.dir, 'dump.rdb'));
    await this.#launch('--appendonly', 'no');
  }

  /** Brings it back on the same port with nothing in it. */
  async restartEmpty(): Promise<void> {
    await this.kill();
    await this.#erase();
    await this.#launch();
  }

  /** Saves the data and gives the path of a copy, for `restartFrom`. */
  async snapshot(): Promise<string> {
    await this.cli('SAVE');
    const path = join(this.dir, `snapshot-${++this.#snapshots}.rdb`);
    await copyFile(join(this.dir, 'dump.rdb'), path);
    return path;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Process id; 0 while it is down. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** The process stands still: connections stay open and nothing is answered. */
  freeze(): void {
    this.#child?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#child?.signal('SIGCONT');
  }

  /** Ends it and removes its directory. Idempotent. */
  async stop(): Promise<void> {
    await this.kill();
    await rm(this.dir, { recursive: true, force: true });
  }

  async #launch(...args: string[]): Promise<void> {
    const [command = '', ...rest] = [
      ...(this.#limitable ? LIMITABLE : []),
      ...['redis-server', join(this.dir, 'redis.conf'), ...(this.#sentinel ? ['--sentinel'] : []), ...args],
    ];
    const child = await Child.start(command, rest, { cwd: this.dir });
    this.#child = child;
    await until(
      async () => child.exit !== undefined || /^(\+PONG|-NOAUTH)/.test(await raw(this.port, 'PING\r\n', { bytes: 7 })),
      { message: `redis-server on port ${this.port} to answer` },
    );
    if (child.exit === undefined) return;
    await child.exited;
    throw new Error(`redis-server ended: ${child.stdout}${child.stderr}`);
  }

  async #connect(): Promise<Client> {
    const client = open(this.url);
    client.on('error', () => {
      this.#client = undefined;
    });
    await client.connect();
    return client;
  }

  async #disconnect(): Promise<void> {
    const client = await this.#client?.catch(() => undefined);
    this.#client = undefined;
    if (client?.isOpen) client.destroy();
  }

  async #erase(): Promise<void> {
    await rm(join(this.dir, 'dump.rdb'), { force: true });
    await rm(join(this.dir, 'appendonlydir'), { recursive: true, force: true });
  }
}

type Client = ReturnType<typeof open>;

function open(url: string) {
  return createClient({ url, socket: { reconnectStrategy: false } });
}

function render(config: Readonly<Record<string, string | readonly string[]>>): string {
  return Object.entries(config)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name} ${value}\n`))
    .join('');
}
