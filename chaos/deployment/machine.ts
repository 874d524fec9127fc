import type { Child } from '../../test/support/child.ts';
import { startComet } from '../../test/support/comet.ts';
import { get } from '../../test/support/http-client.ts';
import { childPids } from '../../test/support/proc.ts';
import { until } from '../../test/support/until.ts';
import { PUBLISH_KEY, SIGN_SECRET } from './secrets.ts';

export interface MachineOptions {
  /** An address of the loopback, which stands for a machine of its own. */
  readonly host: string;
  /** Of the first worker; the others follow, then the admin server. */
  readonly port: number;
  readonly workers: number;
  readonly redisUrl: string;
}

/** Above what a run writes into one key: whoever comes back finds everything that was set meanwhile. */
const HISTORY_SIZE = 2_000;
const DRAIN_SECONDS = 2;
/** For which it waits until a machine is ready: also on one that has much else to do. */
const READY_MS = 60_000;

/** A primary with its workers, which can be killed and started again on the same ports. */
export class Machine {
  readonly host: string;
  /** One a worker. */
  readonly ports: readonly number[];
  readonly #adminPort: number;
  readonly #args: readonly string[];
  #child: Child | null = null;

  constructor({ host, port, workers, redisUrl }: MachineOptions) {
    this.host = host;
    this.ports = Array.from({ length: workers }, (_, index) => port + index);
    this.#adminPort = port + workers;
    const options = {
      ...{ host, port, workers, 'admin-host': host, 'admin-port': this.#adminPort },
      ...{ 'redis-url': redisUrl, 'history-size': HISTORY_SIZE, 'drain-seconds': DRAIN_SECONDS },
      ...{ 'publish-key': PUBLISH_KEY, 'sign-secret': SIGN_SECRET, 'events-heartbeat': 2 },
    };
    this.#args = ['start', ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)])];
  }

  /** What `comet nginx` has to be told to make the configuration that fits. */
  get nginxArgs(): readonly string[] {
    const [port] = this.ports;
    return ['--port', `${port}`, '--workers', `${this.ports.length}`, '--drain-seconds', `${DRAIN_SECONDS}`];
  }

  /** Everything that its processes since the last start have written. */
  get output(): string {
    return this.#child === null ? '' : this.#child.stdout + this.#child.stderr;
  }

  /** Starts it; resolves as soon as the process runs. */
  async launch(): Promise<void> {
    this.#child = await startComet(this.#args);
  }

  /** Resolves once all its workers can deliver. Rejects with its output if they can't. */
  async ready(): Promise<void> {
    const up = async () => (await get(this.#adminPort, '/readyz', { host: this.host })).status === 200;
    try {
      await until(async () => this.#child?.exit !== undefined || (await up()), {
        timeout: READY_MS,
        interval: 50,
        message: `${this.host} to be ready`,
      });
    } catch (cause) {
      throw new Error(`${this.host} did not get ready: ${this.output.slice(-4_000)}`, { cause });
    }
    if (this.#child?.exit !== undefined) throw new Error(`${this.host} ended: ${this.output.slice(-4_000)}`);
  }

  /** Of the workers that live now. */
  async workerPids(): Promise<number[]> {
    return this.#child === null ? [] : childPids(this.#child.pid);
  }

  /** Kills the primary at once; resolves when its workers, which notice it by themselves, are gone too. */
  async kill(): Promise<void> {
    await this.#child?.stop('SIGKILL');
    const closed = async () => (await Promise.all(this.ports.map((port) => this.#isClosed(port)))).every(Boolean);
    await until(closed, { timeout: READY_MS, interval: 20, message: `the workers of ${this.host} to end` });
  }

  /** Reloads that changed nothing, because a new worker did not get ready in time. */
  get refusedReloads(): number {
    return this.output.split('reload refused').length - 1;
  }

  /** Begins to replace worker by worker. */
  reload(): void {
    this.#child?.signal('SIGHUP');
  }

  async stop(): Promise<void> {
    await this.#child?.stop('SIGTERM');
  }

  async #isClosed(port: number): Promise<boolean> {
    const { code } = await get(port, '/healthz', { host: this.host }).then(
      () => ({ code: '' }),
      (error: NodeJS.ErrnoException) => error,
    );
    return code === 'ECONNREFUSED';
  }
}
