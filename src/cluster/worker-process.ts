import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import type { Health } from '../engine/engine.ts';
import type { MetricsDump } from '../metrics/dump.ts';
import { Changes } from './changes.ts';
import type { ConnectEngine, EnginePeer } from './engine-link.ts';
import { Heartbeat } from './heartbeat.ts';
import type { ListenSocket } from './listen-socket.ts';
import type { WorkerMessage } from './messages.ts';
import { MetricsRequests } from './metrics-requests.ts';
import type { Timings } from './timings.ts';
import { WorkerChannel } from './worker-channel.ts';

export interface WorkerProcessOptions {
  /** The file that the child runs. */
  readonly script: string;
  /** Number of its port, 1 for the first. */
  readonly worker: number;
  readonly config: Config;
  readonly log: Logger;
  readonly timings: Timings;
  /** `null` when the workers reach the engine by themselves. */
  readonly connectEngine: ConnectEngine | null;
}

/** `refused`: the socket could not be listened on, another may be given. `ended` is final. */
export type Phase = 'booting' | 'up' | 'listening' | 'refused' | 'draining' | 'ended';

/** One worker from its fork to its end, and everything that is said to it. */
export class WorkerProcess {
  readonly worker: number;
  readonly config: Config;
  readonly #options: WorkerProcessOptions;
  readonly #log: Logger;
  readonly #channel: WorkerChannel;
  readonly #heartbeat: Heartbeat;
  readonly #metrics = new MetricsRequests();
  readonly #changes = new Changes();
  readonly #bornAt = performance.now();
  #engine: EnginePeer | null = null;
  #overdue: NodeJS.Timeout | undefined;
  #phase: Phase = 'booting';
  #health: Health = { ready: false, reason: 'it is starting' };
  #hasSocket = false;
  #detail = '';
  #lastDump: MetricsDump | undefined;

  constructor(options: WorkerProcessOptions) {
    this.worker = options.worker;
    this.config = options.config;
    this.#options = options;
    this.#channel = new WorkerChannel(options.script, {
      message: (message) => this.#receive(message),
      error: (error) => this.#log.error({ err: error }, 'worker channel failed'),
      end: (how) => this.#end(how),
    });
    this.#log = options.log.child({ worker: options.worker, workerPid: this.#channel.pid });
    this.#heartbeat = new Heartbeat({
      every: options.timings.ping,
      limit: options.timings.unansweredPings,
      ping: () => this.#channel.send({ type: 'ping' }),
      hung: () => this.#killFor('worker hangs and is killed'),
    });
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Its own view of whether it can deliver. */
  get health(): Health {
    return this.#health;
  }

  /** Whether it was given the socket of its port. */
  get hasSocket(): boolean {
    return this.#hasSocket;
  }

  /** What belongs to the phase: the system's name of the refusal, or how the process ended. */
  get detail(): string {
    return this.#detail;
  }

  /** The figures that it left behind when it was drained. */
  get lastDump(): MetricsDump | undefined {
    return this.#lastDump;
  }

  /** Milliseconds since the fork. */
  get age(): number {
    return performance.now() - this.#bornAt;
  }

  /**
   * Resolves true as soon as a condition on this worker holds; false once so many milliseconds are over or the process
   * has ended.
   */
  until(condition: () => boolean, ms?: number): Promise<boolean> {
    return this.#changes.until(condition, ms);
  }

  /** Gives it the socket to listen on; only after `up`, or the socket is lost on the way. */
  listen(socket: ListenSocket): void {
    if (socket.handle === null) throw new Error('a closed socket was to be given to a worker');
    this.#hasSocket = true;
    this.#enter('up');
    this.#channel.send({ type: 'listen', port: socket.port }, socket.handle);
  }

  /** Its figures as they are now; `null` when it has none to give in time. */
  async metrics(): Promise<MetricsDump | null> {
    if (this.#phase === 'booting' || this.#phase === 'ended') return null;
    return await this.#metrics.ask((id) => this.#channel.send({ type: 'metrics', id }), this.#options.timings.metrics);
  }

  /** Has it say 503 on `/readyz` from now on; it goes on serving. */
  unready(): void {
    this.#channel.send({ type: 'unready' });
  }

  /** Has it stop accepting, answer its waiters and end. It is killed when it takes much longer than it may. */
  drain(): void {
    if (this.#phase === 'draining' || this.#phase === 'ended') return;
    if (this.#phase === 'booting') {
      // It couldn't hear us, has nobody to answer and nothing to report.
      this.#lastDump = [];
      this.kill();
      return;
    }
    const limit = this.config.drainSeconds * 1000 + this.#options.timings.drainSlack;
    this.#overdue = setTimeout(() => this.#killFor('worker took too long to drain and is killed'), limit);
    this.#channel.send({ type: 'drain' });
    this.#enter('draining');
  }

  /** Ends it at once. */
  kill(): void {
    this.#channel.kill();
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'up':
        this.#engine =
          this.#options.connectEngine?.((said) => this.#channel.send({ type: 'engine', message: said })) ?? null;
        this.#channel.send({ type: 'configure', config: this.config, worker: this.worker });
        this.#enter('up');
        return;
      case 'listening':
        this.#enter('listening');
        return;
      case 'refused':
        this.#enter('refused', message.code);
        return;
      case 'health':
        this.#health = message.ready ? { ready: true } : { ready: false, reason: message.reason };
        this.#changes.happened();
        return;
      case 'pong':
        this.#heartbeat.answered();
        return;
      case 'metrics':
        this.#metrics.answer(message.id, message.dump);
        return;
      case 'drained':
        this.#lastDump = message.dump;
        return;
      case 'engine':
        this.#engine?.receive(message.message);
        return;
    }
  }

  #killFor(reason: string): void {
    this.#log.error(reason);
    this.kill();
  }

  /** A worker that was told to drain, or is gone, can't become anything else but gone. */
  #enter(phase: Exclude<Phase, 'ended'>, detail = ''): void {
    if (this.#phase === 'draining' || this.#phase === 'ended') return;
    this.#phase = phase;
    this.#detail = detail;
    this.#changes.happened();
  }

  #end(how: string): void {
    this.#heartbeat.stop();
    clearTimeout(this.#overdue);
    this.#phase = 'ended';
    this.#detail = how;
    this.#health = { ready: false, reason: 'it ended' };
    this.#engine?.close();
    this.#metrics.close();
    this.#changes.end();
  }
}
