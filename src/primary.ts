/** The primary process: owns the sockets and the workers, carries no traffic but the embedded engine's. */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { announce, describe } from './cluster/announcement.ts';
import { CpuPinning } from './cluster/cpu-pinning.ts';
import { CRASH_LOOP_DEATHS, CRASH_LOOP_MS } from './cluster/crash-loop.ts';
import { MachineMetrics } from './cluster/machine-metrics.ts';
import { Reloader } from './cluster/reloader.ts';
import { Supervisor } from './cluster/supervisor.ts';
import { isCometAt } from './comet-at.ts';
import type { LoadResult } from './config/load.ts';
import type { Config } from './config/options.ts';
import { Dashboard } from './dashboard/dashboard.ts';
import { EmbeddedStore } from './engine/embedded/store.ts';
import { AdminServer } from './http/admin.ts';
import { Lifecycle } from './lifecycle.ts';
import { createLogger, isPretty } from './log.ts';
import { MetricsAggregate } from './metrics/aggregate.ts';
import { withPidFile, writeReloadStatus } from './pid-file.ts';
import { SdNotify } from './sd-notify.ts';

export interface PrimaryOptions {
  /** With the machine's own numbers for `workers` and `max-waiters`. */
  readonly config: Config;
  /** What the operator should know about this configuration; one sentence each. */
  readonly warnings: readonly string[];
  /** Reads the configuration anew, from where it came. */
  readonly reload: () => LoadResult;
}

/** Runs the server until it is told to stop or can't go on. Resolves with the exit code; everything is closed then. */
export async function runPrimary(options: PrimaryOptions): Promise<number> {
  const { config } = options;
  process.title = 'comet primary';
  const log = createLogger({ level: config.logLevel, format: config.logFormat });
  return await new Primary(options, log).run();
}

/** What a graceful stop may take beyond its delay and its drain. */
const STOP_RESERVE_SECONDS = 15;

const CRASHED = `${CRASH_LOOP_DEATHS} workers died within ${CRASH_LOOP_MS / 1000} s of the start: giving up, see the lines above for why`;
const HURRIED = 'a second signal asked to end at once';

class Primary {
  /** What the workers run with; a reload changes it. */
  #config: Config;
  readonly #warnings: readonly string[];
  readonly #log: Logger;
  readonly #store: EmbeddedStore | null;
  readonly #supervisor: Supervisor;
  readonly #dashboard: Dashboard;
  readonly #admin: AdminServer;
  readonly #service: SdNotify;
  readonly #lifecycle: Lifecycle;
  #dying: Promise<number> | null = null;

  constructor({ config, warnings, reload }: PrimaryOptions, log: Logger) {
    this.#config = config;
    this.#warnings = warnings;
    this.#log = log;
    this.#service = new SdNotify(log);
    this.#store = config.redisUrl === '' ? createStore(config) : null;
    this.#dashboard = new Dashboard({ config, machine: () => this.#supervisor });
    const metrics = new MachineMetrics(new MetricsAggregate());
    const pinning = config.pinCpus ? new CpuPinning(log) : null;
    const store = this.#store;
    const supervisor = new Supervisor({
      script: fileURLToPath(new URL('./worker.js', import.meta.url)),
      config,
      log,
      connectEngine: store === null ? null : (send) => store.connect(send),
      forked: (worker) => {
        metrics.follow(worker);
        this.#dashboard.follow(worker);
        if (worker.pid !== undefined) pinning?.pin(worker.worker, worker.pid);
      },
    });
    this.#supervisor = supervisor;
    this.#admin = new AdminServer({
      host: config.adminHost,
      port: config.adminPort,
      log,
      metrics: () => metrics.expose(supervisor),
      health: () => supervisor.health,
      site: this.#dashboard.site,
    });
    const reloader = new Reloader({
      config,
      log,
      load: reload,
      apply: (wanted) => this.#apply(wanted),
      report: (status) => {
        this.#dashboard.reloaded(status, this.#config);
        if (config.pidFile !== '') writeReloadStatus(config.pidFile, status);
      },
    });
    this.#lifecycle = new Lifecycle({
      reload: () => {
        this.#service.reloading();
        void reloader.reload().then(() => this.#service.reloaded());
      },
      failed: (error) => log.fatal({ err: error }, 'primary failed'),
    });
  }

  /** Resolves with the exit code once everything is closed. */
  async run(): Promise<number> {
    const { abort } = this.#lifecycle;
    // Before the pid file tells anybody where to send a signal.
    this.#lifecycle.open();
    try {
      return await withPidFile(
        this.#config.pidFile,
        () => Promise.race([this.#live(), once(abort, 'abort').then(() => this.#die(HURRIED))]),
        (problem) => {
          this.#log.fatal(problem);
          return 1;
        },
      );
    } finally {
      this.#lifecycle.close();
      this.#store?.stop();
    }
  }

  /** Resolves with the reason why nothing was changed, or with `null`. */
  async #apply(wanted: Config): Promise<string | null> {
    const failure = await this.#supervisor.reload(wanted);
    if (failure !== null) return failure;
    this.#config = wanted;
    this.#log.level = wanted.logLevel;
    return null;
  }

  async #live(): Promise<number> {
    const problem = await this.#serve();
    if (problem !== null) return await this.#die(problem);
    const { shutdownDelay, drainSeconds } = this.#config;
    this.#log.info({ shutdownDelay, drainSeconds }, 'stopping; a second signal ends it at once');
    this.#service.stopping(shutdownDelay + drainSeconds + STOP_RESERVE_SECONDS);
    this.#dashboard.stopping();
    this.#supervisor.unready();
    await this.#shutdownDelay();
    if (this.#lifecycle.abort.aborted) return await this.#die(HURRIED);
    const isGraceful = await this.#supervisor.drain();
    await this.#admin.stop();
    this.#log.info('stopped');
    return isGraceful ? 0 : 1;
  }

  /** Resolves when the load balancers have had their time, or at a second signal. */
  async #shutdownDelay(): Promise<void> {
    const { abort } = this.#lifecycle;
    try {
      await sleep(this.#config.shutdownDelay * 1000, undefined, { signal: abort });
    } catch (error) {
      if (!abort.aborted) throw error;
    }
  }

  /** Serves until it is told to stop. Resolves with the reason if it can't start or go on. */
  async #serve(): Promise<string | null> {
    const stopped = this.#lifecycle.stop.then(() => null);
    const crashed = this.#supervisor.crashLoop.then(() => CRASHED);
    const { adminHost: host, adminPort: port } = this.#config;
    const problem = await this.#admin.start().then(
      () => null,
      async ({ message }: Error) =>
        (await isCometAt(host, port)) ? `${message}; it is a comet server that has it already` : message,
    );
    if (problem !== null) return problem;
    this.#dashboard.start();
    const started = this.#supervisor.start().then((failure) => failure?.message ?? this.#announce());
    return (await Promise.race([started, stopped, crashed])) ?? (await Promise.race([stopped, crashed]));
  }

  /** Ends everything at once, for the first reason. */
  #die(reason: string): Promise<number> {
    this.#dying ??= this.#end(reason);
    return this.#dying;
  }

  async #end(reason: string): Promise<number> {
    this.#log.fatal(reason);
    await this.#supervisor.kill();
    await this.#admin.stop();
    return 1;
  }

  #announce(): null {
    const announcement = announce(this.#config, this.#supervisor.ports, this.#admin.port);
    for (const warning of this.#warnings) this.#log.warn(warning);
    if (isPretty(this.#config.logFormat)) process.stdout.write(describe(announcement));
    else this.#log.info(announcement, 'comet listens');
    this.#service.ready(`${announcement.workers.length} workers, engine ${announcement.engine}`);
    return null;
  }
}

function createStore(config: Config): EmbeddedStore {
  return new EmbeddedStore({
    maxBytes: config.embeddedMaxBytes,
    historySize: config.historySize,
    historyTtlMs: config.historyTtl * 1000,
    maxMailboxLength: config.maxMailboxLength,
  });
}
