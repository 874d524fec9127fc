import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import { BackOff } from './back-off.ts';
import { BindError } from './bind-error.ts';
import type { ListenSocket } from './listen-socket.ts';
import type { Timings } from './timings.ts';
import { Vacancy } from './vacancy.ts';
import type { WorkerProcess } from './worker-process.ts';

export interface SlotOptions {
  /** Bound already. */
  readonly socket: ListenSocket;
  readonly config: Config;
  readonly log: Logger;
  readonly timings: Timings;
  /** Starts a process for this port. */
  readonly fork: (config: Config) => WorkerProcess;
  /** The worker of the port ended without having been told to. Unless the slot is closed by this, it is replaced. */
  readonly died: (worker: WorkerProcess) => void;
}

/** One port: its socket, the worker that serves it, and the predecessors of that worker which still drain. */
export class Slot {
  readonly #options: SlotOptions;
  readonly #socket: ListenSocket;
  readonly #vacancy: Vacancy;
  readonly #backOff: BackOff;
  /** Every process of this port that has not ended. */
  readonly #alive = new Set<WorkerProcess>();
  #config: Config;
  /** Serves the port, or is about to. */
  #current: WorkerProcess | null = null;
  /** Takes over from `#current` once it can. */
  #successor: WorkerProcess | null = null;
  #respawn: NodeJS.Timeout | undefined;
  /** Settles `start`; `null` once the port was served. */
  #started: ((failure: BindError | null) => void) | null = null;
  #isClosed = false;

  constructor(options: SlotOptions) {
    const { socket, timings, log } = options;
    this.#options = options;
    this.#socket = socket;
    this.#config = options.config;
    this.#backOff = new BackOff(timings.backOff, timings.maxBackOff, timings.settled);
    this.#vacancy = new Vacancy(socket, timings.vacancy, () =>
      log.warn({ port: socket.port }, 'port has no worker: closed until it has one'),
    );
  }

  get port(): number {
    return this.#socket.port;
  }

  /** What the next worker starts with. */
  get config(): Config {
    return this.#config;
  }

  /** The worker that serves the port, or is about to; `null` while there is none. */
  get current(): WorkerProcess | null {
    return this.#current;
  }

  /** Every process of this port, those that drain included. */
  get processes(): readonly WorkerProcess[] {
    return [...this.#alive];
  }

  /** Starts the first worker. Resolves once the port is served, however many it takes; with the reason if it can't be. */
  start(): Promise<BindError | null> {
    return new Promise((resolve) => {
      this.#started = resolve;
      this.#spawn();
    });
  }

  /**
   * Starts a successor on the same socket, waits until it serves as well as the worker that is there, and has that one
   * drain. Resolves with `null` once the successor alone takes connections, or with the reason why nothing was changed.
   */
  async replace(config: Config): Promise<string | null> {
    if (this.#isClosed) return 'the server is stopping';
    clearTimeout(this.#respawn);
    const successor = this.#fork(config);
    this.#successor = successor;
    const failure = await this.#succeed(successor);
    this.#successor = null;
    if (this.#isClosed) return 'the server is stopping';
    if (failure !== null) {
      successor.kill();
      if (this.#current === null) this.#spawn();
      return failure;
    }
    const predecessor = this.#current;
    predecessor?.drain();
    this.#current = successor;
    this.#config = config;
    // Until it has heard of it, it too takes connections, and answers as it was configured.
    await predecessor?.until(({ accepts }) => !accepts);
    return null;
  }

  /** Gives the port up and has every process drain. Resolves when they have ended, true if all did so by themselves. */
  async drain(): Promise<boolean> {
    const ended = await this.#end((worker) => worker.drain());
    return ended.every((worker) => worker.state.lastDump !== undefined);
  }

  /** Gives the port up and ends every process at once. Resolves when they have ended. */
  async kill(): Promise<void> {
    await this.#end((worker) => worker.kill());
  }

  #spawn(): void {
    this.#current = this.#fork(this.#config);
    void this.#serve(this.#current);
  }

  #fork(config: Config): WorkerProcess {
    const worker = this.#options.fork(config);
    this.#alive.add(worker);
    void this.#follow(worker);
    return worker;
  }

  async #follow(worker: WorkerProcess): Promise<void> {
    await worker.until(({ phase }) => phase === 'ended');
    this.#alive.delete(worker);
    if (this.#isClosed || worker !== this.#current) return;
    this.#current = null;
    if (worker.state.hasSocket) this.#vacancy.begin();
    this.#options.died(worker);
    if (this.#isClosed || this.#successor !== null) return;
    this.#respawn = setTimeout(() => this.#spawn(), this.#backOff.next(worker.age));
  }

  /** Brings a worker without predecessor to listen. If it dies on the way, `#follow` replaces it. */
  async #serve(worker: WorkerProcess): Promise<void> {
    const { patience, rebind } = this.#options.timings;
    if (!(await worker.until(({ phase }) => phase === 'up'))) return;
    // What waits in the socket's queue is answered better by a worker that has reached its engine.
    await worker.until(({ health }) => health.ready, Math.min(patience, this.#vacancy.remaining / 2));
    let failure = await this.#offer(worker);
    while (failure !== null && this.#started === null) {
      this.#options.log.error({ port: this.port }, failure.message);
      await worker.until(({ phase }) => phase === 'ended', rebind);
      failure = await this.#offer(worker);
    }
    if (failure === null && worker.state.phase !== 'listening') return;
    this.#started?.(failure);
    this.#started = null;
  }

  /** Brings the successor to listen. Resolves with the reason if it can't take over. */
  async #succeed(successor: WorkerProcess): Promise<string | null> {
    const { patience, ready } = this.#options.timings;
    await successor.until(({ phase }) => phase === 'up');
    // They share the socket from the moment it listens: it must not answer worse than its predecessor would.
    const isServed = () => this.#current?.state.health.ready === true;
    await successor.until(({ health }) => health.ready, isServed() ? ready : patience);
    const { phase, health } = successor.state;
    if (phase === 'up' && !health.ready && isServed()) return `it did not become ready: ${health.reason}`;
    const failure = await this.#offer(successor);
    if (failure !== null) return failure.message;
    return successor.state.phase === 'listening' ? null : `it ended with ${successor.state.detail}`;
  }

  /** Has a worker listen on the socket, bound again if it was closed. Resolves with the reason if it can't. */
  async #offer(worker: WorkerProcess): Promise<BindError | null> {
    const { phase } = worker.state;
    if (this.#isClosed || phase === 'draining' || phase === 'ended') return null;
    try {
      this.#socket.bind();
    } catch (error) {
      if (error instanceof BindError) return error;
      throw error;
    }
    this.#vacancy.end();
    worker.listen(this.#socket);
    await worker.until((state) => state.phase !== 'up');
    if (worker.state.phase !== 'refused') return null;
    this.#socket.close();
    return new BindError(this.#socket.address, this.port, worker.state.detail);
  }

  async #end(stop: (worker: WorkerProcess) => void): Promise<readonly WorkerProcess[]> {
    this.#isClosed = true;
    clearTimeout(this.#respawn);
    this.#vacancy.end();
    this.#socket.close();
    const workers = this.processes;
    for (const worker of workers) stop(worker);
    await Promise.all(workers.map((worker) => worker.until(({ phase }) => phase === 'ended')));
    return workers;
  }
}
