import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Child } from './child.ts';
import { childPids, titleOf } from './proc.ts';
import { until } from './until.ts';

export interface NginxOptions {
  /** A port that the configuration listens on. */
  readonly port: number;
  /** Files beside the configuration (included files, certificates), by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A real nginx in the foreground, running a whole nginx.conf exactly as it was given. */
export class Nginx {
  /** Holds `nginx.conf`; the prefix of relative paths in it. Readable by workers that run as another user. */
  readonly dir: string;
  readonly port: number;
  readonly #child: Child;

  private constructor(dir: string, port: number, child: Child) {
    this.dir = dir;
    this.port = port;
    this.#child = child;
  }

  /** Resolves once the port takes connections and a worker is there to answer; rejects with what nginx said when it does not start. */
  static async start(config: string, options: NginxOptions): Promise<Nginx> {
    const dir = await mkdtemp(join(tmpdir(), 'comet-nginx-'));
    await chmod(dir, 0o755);
    await mkdir(join(dir, 'logs'));
    await Promise.all(Object.entries(options.files ?? {}).map(([name, text]) => writeFile(join(dir, name), text)));
    await writeFile(join(dir, 'nginx.conf'), config);
    // A pid file of its own: that of the system's nginx stays as it is.
    const globals = `daemon off; pid ${join(dir, 'nginx.pid')};`;
    const args = ['-p', dir, '-c', join(dir, 'nginx.conf'), '-e', 'stderr', '-g', globals];
    const child = await Child.start('nginx', args);
    const nginx = new Nginx(dir, options.port, child);
    try {
      await nginx.#ready();
    } catch (error) {
      await nginx.stop();
      throw error;
    }
    return nginx;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Its error log, unless the configuration sends that elsewhere. */
  get stderr(): string {
    return this.#child.stderr;
  }

  /** Process ids of the workers, those that finish their last requests after a reload included. */
  workerPids(): Promise<number[]> {
    return childPids(this.pid);
  }

  /** Replaces the configuration (the same one again unless told); resolves once only new workers take connections. */
  async reload(config?: string): Promise<void> {
    if (config !== undefined) await writeFile(join(this.dir, 'nginx.conf'), config);
    const old = await this.workerPids();
    this.#child.signal('SIGHUP');
    try {
      await until(async () => {
        const titles = await Promise.all(old.map(titleOf));
        return titles.every((title) => title === '' || title.includes('shutting down'));
      });
    } catch (cause) {
      throw new Error(`nginx did not reload: ${this.stderr}`, { cause });
    }
  }

  /** Ends it at once and removes its directory. Idempotent. */
  async stop(): Promise<void> {
    await this.#child.stop('SIGTERM');
    await rm(this.dir, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    // The port is open before the master knows its signals: a reload that comes so early would end it.
    const serves = async () => (await accepts(this.port)) && (await this.workerPids()).length > 0;
    await until(async () => this.#child.exit !== undefined || (await serves()), {
      message: `nginx to listen on port ${this.port}`,
    });
    if (this.#child.exit !== undefined) {
      await this.#child.exited;
      throw new Error(`nginx ended: ${this.stderr}`);
    }
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
