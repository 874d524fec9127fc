import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Comet, type CometOptions, type MailboxSign } from 'comet-cluster/client';
import { signMailbox } from '../../src/sign.ts';
import { makeCertificate } from '../nginx/certificate.ts';
import { runComet } from '../support/comet.ts';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { Nginx } from '../support/nginx.ts';
import { figure } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';

/** The client for pages, as it is shipped. */
const CLIENT = fileURLToPath(new URL('../../dist/client/comet.min.js', import.meta.url));

export const KEY = 'publish-key-of-the-client-test';
/**
 * Milliseconds, for clients that are to find out soon that nothing comes. Others have the usual one: in a third of it the
 * first block of a stream has to come, or it is polled for twenty, and a machine may stand still for a second or two.
 */
export const SHORT_HEARTBEAT = 1000;

/** Everything that stands behind an address: nginx as `comet nginx` configures it, two workers, and Redis. */
export class Site {
  readonly redis: RedisServer;
  readonly nginx: Nginx;
  /** Beside it lies what belongs to the processes. */
  readonly directory: string;
  /** As clients reach it. */
  readonly url: string;
  readonly #options: CometProcessOptions;
  readonly #clients: Comet[] = [];
  #comet: CometProcess;

  private constructor(
    redis: RedisServer,
    nginx: Nginx,
    directory: string,
    url: string,
    options: CometProcessOptions,
    comet: CometProcess,
  ) {
    this.redis = redis;
    this.nginx = nginx;
    this.directory = directory;
    this.url = url;
    this.#options = options;
    this.#comet = comet;
  }

  /**
   * `flags` of the server besides; `edit` changes what nginx is configured with; `isSecure`: by HTTPS and HTTP/2, with a
   * certificate of its own making.
   */
  static async start(
    flags: CometProcessOptions['flags'] = {},
    edit: (config: string) => string = (config) => config,
    isSecure = false,
  ): Promise<Site> {
    const directory = await mkdtemp(join(tmpdir(), 'comet-client-'));
    await layOut(directory);
    const redis = await RedisServer.start({ config: { appendonly: 'yes', appendfsync: 'always' } });
    const options: CometProcessOptions = {
      flags: {
        'redis-url': redis.url,
        'publish-key': KEY,
        'sign-secret': KEY,
        'pid-file': join(directory, 'pid'),
        'drain-seconds': 2,
        // Seconds, and quicker than any client is told.
        'events-heartbeat': SHORT_HEARTBEAT / 2000,
        // More than is published while a client pauses after some failures.
        'history-size': 10_000,
        'cors-origin': '*',
        'trusted-proxies': '127.0.0.1',
        ...flags,
      },
    };
    const comet = await CometProcess.start(options).catch(async (error: unknown) => {
      await redis.stop();
      throw error;
    });
    const port = await freePort();
    const printed = await runComet([
      'nginx',
      '--full',
      ...['--port', String(comet.port()), '--workers', '2', '--drain-seconds', '2'],
      ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs', '--static', directory],
      ...(isSecure ? await tls(directory) : []),
    ]);
    const nginx = await Nginx.start(edit(printed.stdout), { port });
    const url = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}/`;
    return new Site(redis, nginx, directory, url, options, comet);
  }

  /** A page that has the client at hand, as pages get it. */
  get page(): string {
    return `${this.url}static/page.html`;
  }

  get comet(): CometProcess {
    return this.#comet;
  }

  /** A client of it that may publish; closed with the site. `url` is of something that stands before it. */
  client(options: CometOptions = {}, url = this.url): Comet {
    const client = new Comet(url, { token: KEY, ...options });
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

  /** The proof that a mailbox may be read, good for an hour. */
  sign(uid: string): MailboxSign {
    const expires = `${Math.floor(Date.now() / 1000) + 3600}`;
    return { sign: signMailbox(KEY, uid, expires), expires };
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

/** What nginx serves under `/static/`; its workers run as another user. */
async function layOut(directory: string): Promise<void> {
  await copyFile(CLIENT, join(directory, 'comet.js'));
  await writeFile(join(directory, 'page.html'), '<!doctype html><title>a page</title>');
  await chmod(directory, 0o755);
}

async function tls(directory: string): Promise<string[]> {
  const { tlsCertificate, tlsKey } = await makeCertificate(directory);
  return ['--http2', '--tls-certificate', tlsCertificate, '--tls-key', tlsKey];
}
