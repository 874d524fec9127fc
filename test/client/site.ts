import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Comet, type CometOptions } from 'comet-cluster/client';
import { runComet } from '../support/comet.ts';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { Nginx } from '../support/nginx.ts';
import { figure } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';

export const KEY = 'publish-key-of-the-client-test';
/** Milliseconds between two heartbeats of the server. */
export const HEARTBEAT = 3000;

/** Everything that stands behind an address: nginx as `comet nginx` configures it, two workers, and Redis. */
export class Site {
  readonly redis: RedisServer;
  readonly nginx: Nginx;
  /** Beside it lies what belongs to the processes. */
  readonly directory: string;
  readonly #options: CometProcessOptions;
  readonly #clients: Comet[] = [];
  #comet: CometProcess;

  private constructor(
    redis: RedisServer,
    nginx: Nginx,
    directory: string,
    options: CometProcessOptions,
    comet: CometProcess,
  ) {
    this.redis = redis;
    this.nginx = nginx;
    this.directory = directory;
    this.#options = options;
    this.#comet = comet;
  }

  /** `flags` of the server besides; `edit` changes what nginx is configured with. */
  static async start(
    flags: CometProcessOptions['flags'] = {},
    edit: (config: string) => string = (config) => config,
  ): Promise<Site> {
    const directory = await mkdtemp(join(tmpdir(), 'comet-client-'));
    const redis = await RedisServer.start({ config: { appendonly: 'yes', appendfsync: 'always' } });
    const options: CometProcessOptions = {
      flags: {
        'redis-url': redis.url,
        'publish-key': KEY,
        'sign-secret': KEY,
        'pid-file': join(directory, 'pid'),
        'drain-seconds': 2,
        'events-heartbeat': HEARTBEAT / 1000,
        'history-size': 1000,
        'cors-origin': '*',
        'trusted-proxies': '127.0.0.1',
        ...flags,
      },
    };
    const comet = await CometProcess.start(options);
    const port = await freePort();
    const printed = await runComet([
      'nginx',
      '--full',
      ...['--port', String(comet.port()), '--workers', '2', '--drain-seconds', '2'],
      ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'],
    ]);
    const nginx = await Nginx.start(edit(printed.stdout), { port });
    return new Site(redis, nginx, directory, options, comet);
  }

  get comet(): CometProcess {
    return this.#comet;
  }

  get url(): string {
    return `http://127.0.0.1:${this.nginx.port}/`;
  }

  /** A client of it that may publish; closed with the site. `url` is of something that stands before it. */
  client(options: CometOptions = {}, url = this.url): Comet {
    const client = new Comet(url, { token: KEY, heartbeat: HEARTBEAT, ...options });
    this.#clients.push(client);
    return client;
  }

  /** Kills the whole server and brings it back on the same ports. */
  async restart(): Promise<void> {
    await this.#comet.kill();
    this.#comet = await CometProcess.start({ ...this.#options, port: this.#comet.port() });
  }

  async reload(): Promise<void> {
    const reload = await runComet(['reload', '--pid-file', join(this.directory, 'pid'), '--drain-seconds', '2']);
    if (reload.code !== 0) throw new Error(reload.stderr);
  }

  /** The sum of one metric over its labels. */
  figure(name: string): Promise<number> {
    return figure(this.#comet, name);
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.close();
    await this.nginx.stop();
    await this.#comet.stop();
    await this.redis.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}
