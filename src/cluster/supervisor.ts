import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import type { Health } from '../engine/engine.ts';
import { BindError } from './bind-error.ts';
import { CrashLoop } from './crash-loop.ts';
import type { ConnectEngine } from './engine-link.ts';
import { ListenSocket } from './listen-socket.ts';
import { rollingReload } from './rolling-reload.ts';
import { Slot } from './slot.ts';
import { TIMINGS, type Timings } from './timings.ts';
import { WorkerProcess } from './worker-process.ts';

export interface SupervisorOptions {
  /** The file that a worker runs. */
  readonly script: string;
  readonly config: Config;
  readonly log: Logger;
  /** `null` when the workers reach the engine by themselves. */
  readonly connectEngine: ConnectEngine | null;
  /** Hears of each process as soon as it was started. */
  readonly forked: (worker: WorkerProcess) => void;
  readonly timings?: Timings;
}

const STOPPING = 'the server is stopping';

/** All ports of this machine and the processes that serve them. */
export class Supervisor {
  /** Resolves when workers keep dying right after the start: it won't get better. Nothing is respawned from then on. */
  readonly crashLoop: Promise<void>;
  readonly #options: SupervisorOptions;
  readonly #slots: readonly Slot[];
  readonly #sockets: readonly ListenSocket[];
  readonly #crashes = new CrashLoop(performance.now());
  #giveUp: () => void = () => {};
  #started: Promise<BindError | null> | null = null;
  #restarts = 0;
  /** Why nobody should send requests here now, whatever the workers say; empty when they may. */
  #obstacle = 'the server is starting';

  constructor(options: SupervisorOptions) {
    const { config, log, timings = TIMINGS } = options;
    this.#options = options;
    this.crashLoop = new Promise((resolve) => {
      this.#giveUp = resolve;
    });
    this.#sockets = Array.from(
      { length: config.workers },
      (_, index) => new ListenSocket(config.host, config.port === 0 ? 0 : config.port + index),
    );
    this.#slots = this.#sockets.map(
      (socket, index) =>
        new Slot({
          socket,
          config,
          log,
          timings,
          fork: (current) => this.#fork(index + 1, current, timings),
          died: (worker) => this.#died(worker),
        }),
    );
  }

  /** In the order of the workers. */
  get ports(): readonly number[] {
    return this.#slots.map((slot) => slot.port);
  }

  /** Every process that has not ended, those that drain included. */
  get processes(): readonly WorkerProcess[] {
    return this.#slots.flatMap((slot) => slot.processes);
  }

  /** Workers that ended without having been told to. */
  get restarts(): number {
    return this.#restarts;
  }

  /**
   * Once every port was served: ready while at least one worker is, for the others' clients fail over to it and parked
   * ones lose nothing.
   */
  get health(): Health {
    if (this.#obstacle !== '') return { ready: false, reason: this.#obstacle };
    const reasons: string[] = [];
    for (const [index, { current }] of this.#slots.entries()) {
      const health: Health = current?.state.health ?? { ready: false, reason: 'it died and is being replaced' };
      if (!health.ready) reasons.push(`worker ${index + 1}: ${health.reason}`);
      else if (current?.state.phase === 'listening') return { ready: true };
      else reasons.push(`worker ${index + 1}: it is starting`);
    }
    return { ready: false, reason: reasons.join('; ') };
  }

  /** Takes every port, then starts the workers; resolves once all serve, or with what kept a port and all closed. */
  start(): Promise<BindError | null> {
    this.#started = this.#start();
    return this.#started;
  }

  /** Replaces every worker, all or nothing. Resolves with `null`, or with the reason why nothing was changed. */
  async reload(config: Config): Promise<string | null> {
    // A port that has not been served yet has nobody to be replaced.
    await this.#started;
    return await rollingReload(this.#slots, config, this.#options.log, () => this.#obstacle === STOPPING);
  }

  /** `/readyz` says 503 from now on, here and in every worker; they go on serving. */
  unready(): void {
    this.#obstacle = STOPPING;
    for (const worker of this.processes) worker.unready();
  }

  /** Gives the ports up and has every worker drain; resolves when they have ended, true if all did so by themselves. */
  async drain(): Promise<boolean> {
    this.#obstacle = STOPPING;
    const graceful = await Promise.all(this.#slots.map((slot) => slot.drain()));
    return graceful.every(Boolean);
  }

  /** Gives the ports up and ends every worker at once; resolves when they have ended. */
  async kill(): Promise<void> {
    this.#obstacle = STOPPING;
    await Promise.all(this.#slots.map((slot) => slot.kill()));
  }

  async #start(): Promise<BindError | null> {
    const failure = this.#bind() ?? (await this.#startSlots());
    if (failure !== null) await this.kill();
    else if (this.#obstacle !== STOPPING) this.#obstacle = '';
    return failure;
  }

  #bind(): BindError | null {
    try {
      for (const socket of this.#sockets) socket.bind();
      return null;
    } catch (error) {
      if (error instanceof BindError) return error;
      throw error;
    }
  }

  async #startSlots(): Promise<BindError | null> {
    const failures = await Promise.all(this.#slots.map((slot) => slot.start()));
    return failures.find((failure) => failure !== null) ?? null;
  }

  #fork(worker: number, config: Config, timings: Timings): WorkerProcess {
    const { script, log, connectEngine, forked } = this.#options;
    const child = new WorkerProcess({
      script,
      worker,
      config,
      log,
      timings,
      connectEngine,
      askSiblings: (asker, question) =>
        Promise.all(this.processes.flatMap((process) => (process === asker ? [] : [process.wake(question)]))),
    });
    forked(child);
    if (this.#obstacle === STOPPING) child.unready();
    return child;
  }

  #died(worker: WorkerProcess): void {
    this.#restarts++;
    this.#options.log.error(
      { worker: worker.worker, workerPid: worker.pid, livedMs: Math.round(worker.age) },
      `worker ended unasked with ${worker.state.detail}`,
    );
    if (!this.#crashes.died(performance.now())) return;
    void this.kill();
    this.#giveUp();
  }
}
