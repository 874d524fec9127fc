import type { OptionName } from '../../src/config/options.ts';
import type { Child, Exit } from './child.ts';
import { startComet } from './comet.ts';
import { freePort } from './free-port.ts';
import { get } from './http-client.ts';
import { childPids } from './proc.ts';
import { until } from './until.ts';

export interface CometProcessOptions {
  /** Two unless told. */
  readonly workers?: number;
  /** The first of its ports, for a server that comes back; free ones unless told. */
  readonly port?: number;
  /** Further options as flags: `{ 'redis-url': url, 'drain-seconds': 1, 'sign-without-expires': true }`. */
  readonly flags?: Readonly<Partial<Record<OptionName, string | number | true>>>;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /**
   * What `start` waits for: `ready`, able to deliver on every port (the default), or `alive`, for a server whose Redis
   * is away.
   */
  readonly wait?: 'ready' | 'alive';
}

const START_ATTEMPTS = 5;
const START_MS = 25_000;

/** `comet start` in a process of its own: a primary and its workers on free ports of 127.0.0.1. */
export class CometProcess {
  /** One a worker, in a row. */
  readonly ports: readonly number[];
  readonly adminPort: number;
  readonly #child: Child;

  private constructor(ports: readonly number[], adminPort: number, child: Child) {
    this.ports = ports;
    this.adminPort = adminPort;
    this.#child = child;
  }

  /** Rejects with its output when it ends instead of getting ready. */
  static async start(options: CometProcessOptions = {}): Promise<CometProcess> {
    const { workers = 2, flags = {}, env = {}, wait = 'ready' } = options;
    for (let attempt = 1; ; attempt++) {
      const first = options.port ?? (await freePort(workers + 1));
      const ports = Array.from({ length: workers }, (_, index) => first + index);
      const adminPort = first + workers;
      const all = { port: first, workers, 'admin-port': adminPort, ...flags };
      const child = await startComet(['start', ...Object.entries(all).flatMap(toArguments)], { env });
      const comet = new CometProcess(ports, adminPort, child);
      try {
        await comet.#until(wait);
        return comet;
      } catch (error) {
        await comet.kill();
        if (attempt === START_ATTEMPTS || !/EADDRINUSE|in use|taken/i.test(comet.output)) throw error;
      }
    }
  }

  /** Of the primary. */
  get pid(): number {
    return this.#child.pid;
  }

  /** Port of the worker with this index. */
  port(index = 0): number {
    const port = this.ports[index];
    if (port === undefined) throw new Error(`there is no worker ${index}`);
    return port;
  }

  /** Everything that it has written, to stdout and stderr. */
  get output(): string {
    return this.#child.stdout + this.#child.stderr;
  }

  /** The JSON lines of its output; a line that is none, or has not come as a whole, is left out. */
  logs(): Record<string, unknown>[] {
    const lines = [this.#child.stdout, this.#child.stderr].flatMap((text) => text.split('\n').slice(0, -1));
    return lines.flatMap((line) => {
      if (!line.startsWith('{') || !line.endsWith('}')) return [];
      return [JSON.parse(line) as Record<string, unknown>];
    });
  }

  /** Process ids of the workers that live now. */
  workerPids(): Promise<number[]> {
    return childPids(this.pid);
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.signal(signal);
  }

  /** Resolves when it has ended, for whatever reason. */
  get exited(): Promise<Exit> {
    return this.#child.exited;
  }

  /** Ends it gracefully and gives its exit code. Idempotent. */
  async stop(): Promise<number | null> {
    return (await this.#child.stop('SIGTERM')).code;
  }

  /** Kills the primary; its workers end by themselves. */
  async kill(): Promise<void> {
    await this.#child.stop('SIGKILL');
  }

  /** Whether it can deliver on every port; the primary says so of itself as soon as one worker can. */
  async isReady(): Promise<boolean> {
    const asked = this.ports.length > 1 ? [this.adminPort, ...this.ports] : [this.adminPort];
    const answers = await Promise.all(asked.map((port) => get(port, '/readyz')));
    return answers.every(({ status }) => status === 200);
  }

  async #until(state: 'ready' | 'alive'): Promise<void> {
    const isAlive = async () => (await get(this.adminPort, '/healthz')).status === 200;
    const reached = () => (state === 'ready' ? this.isReady() : isAlive());
    const up = async () => this.#child.exit !== undefined || (await reached());
    try {
      await until(up, { timeout: START_MS, interval: 20, message: `comet to be ${state}` });
    } catch (cause) {
      throw new Error(`comet did not get ${state}: ${this.output}`, { cause });
    }
    if (this.#child.exit === undefined) return;
    await this.#child.exited;
    throw new Error(`comet ended: ${this.output}`);
  }
}

function toArguments([name, value]: [string, string | number | true]): string[] {
  return value === true ? [`--${name}`] : [`--${name}`, String(value)];
}
