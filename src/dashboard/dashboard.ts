import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import type { WorkerProcess } from '../cluster/worker-process.ts';
import { isLoopback } from '../config/loopback.ts';
import { modeOf } from '../config/mode.ts';
import type { Config } from '../config/options.ts';
import type { AdminSite } from '../http/admin.ts';
import type { ReloadStatus } from '../pid-file.ts';
import { Busiest, shortened } from './busiest.ts';
import { Chronicle, HISTORY_SECONDS } from './chronicle.ts';
import { type Machine, observe } from './observation.ts';
import { Site } from './site.ts';
import { eventText, Streams } from './streams.ts';
import { Totals } from './totals.ts';
import type { AccessFacts, JournalEntry, ServerFacts } from './wire.ts';
import { watchWorker } from './worker-watch.ts';

const TICK_MS = 1000;
/** Ticks between two questions for the busiest keys, while somebody looks. */
const KEYS_EVERY = 2;
/** Keys of each kind that a page is told. */
const PAGE_KEYS = 25;

export interface DashboardOptions {
  readonly config: Config;
  readonly machine: () => Machine;
}

/** Looks at the machine each second, keeps what it saw for some minutes, and tells the pages that follow. */
export class Dashboard {
  readonly site: AdminSite;
  readonly #options: DashboardOptions;
  readonly #chronicle: Chronicle;
  readonly #busiest: Busiest;
  readonly #streams = new Streams();
  /** What the workers counted that have ended. */
  readonly #ended = new Totals();
  readonly #run = randomBytes(9).toString('hex');
  readonly #startedAt = Date.now();
  #config: Config;
  #timer: NodeJS.Timeout | undefined;
  #ticks = 0;

  constructor(options: DashboardOptions) {
    const { config, machine } = options;
    this.#options = options;
    this.#config = config;
    this.#chronicle = new Chronicle(this.#run, () => this.#server());
    this.#busiest = new Busiest(() => machine().processes);
    this.site = new Site({
      config: () => this.#config,
      server: () => this.#server(),
      access: () => this.#access(),
      chronicle: this.#chronicle,
      busiest: this.#busiest,
      streams: this.#streams,
      close: () => this.#stop(),
    });
  }

  /** Begins to look; ends with the site. */
  start(): void {
    this.#timer = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Takes in a process that was started. */
  follow(worker: WorkerProcess): void {
    void watchWorker(worker, (note) => this.#note({ ...note, worker: worker.worker })).then(() => {
      if (worker.pulses !== null) this.#ended.add(worker.pulses.last);
    });
  }

  /** `config` is what the server runs with from now on. */
  reloaded(status: ReloadStatus, config: Config): void {
    this.#config = config;
    this.#note(
      status.ok
        ? { incident: 'reloaded', worker: null, text: 'every worker runs with the configuration as it is now' }
        : { incident: 'reload-refused', worker: null, text: status.problems.join('; ') },
    );
  }

  stopping(): void {
    this.#note({ incident: 'stopping', worker: null, text: 'the server was asked to stop' });
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#streams.close();
  }

  #tick(): void {
    const before = this.#chronicle.tick?.redis.resyncs ?? 0;
    const tick = observe(this.#options.machine(), this.#ended, this.#server().engine);
    this.#chronicle.addTick(tick);
    this.#streams.send(eventText('tick', tick, this.#chronicle.id));
    if (tick.redis.resyncs > before) {
      this.#note({
        incident: 'resync',
        worker: null,
        text: 'what is waited for was read again: notices may have been missed',
      });
    }
    if (this.#streams.count > 0 && this.#ticks++ % KEYS_EVERY === 0) void this.#tellKeys();
  }

  async #tellKeys(): Promise<void> {
    const keys = shortened(await this.#busiest.look(), PAGE_KEYS);
    this.#chronicle.keys = keys;
    this.#streams.send(eventText('keys', keys));
  }

  #note(note: Omit<JournalEntry, 'at'>): void {
    const entry = { at: Date.now(), ...note };
    this.#chronicle.addEntry(entry);
    this.#streams.send(eventText('incident', entry, this.#chronicle.id));
  }

  #server(): ServerFacts {
    const { host, redisUrl } = this.#config;
    return {
      run: this.#run,
      machine: hostname(),
      engine: redisUrl === '' ? 'embedded' : 'redis',
      startedAt: this.#startedAt,
      host: host === '0.0.0.0' || host === '::' || isLoopback(host) ? '' : host,
      ports: this.#options.machine().ports,
      historySeconds: HISTORY_SECONDS,
    };
  }

  #access(): AccessFacts {
    const { publishKey, signSecret } = this.#config;
    const { tryOut } = modeOf(this.#config);
    return { tryOut, publishKey: publishKey.length > 0, sign: signSecret.length > 0 };
  }
}
