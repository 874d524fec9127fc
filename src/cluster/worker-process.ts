import type { Logger } from 'pino';
import type { Config } from '../config/options.ts';
import type { MetricsDump } from '../metrics/dump.ts';
import type { KeyCensus } from '../metrics/key-census.ts';
import type { WakeAnswer, WakeQuestion } from '../metrics/wake-question.ts';
import type { ConnectEngine, EnginePeer } from './engine-link.ts';
import { Heartbeat } from './heartbeat.ts';
import { Inquiries } from './inquiries.ts';
import type { ListenSocket } from './listen-socket.ts';
import type { WorkerMessage } from './messages.ts';
import { nextPulses, type Pulses } from './pulses.ts';
import type { Timings } from './timings.ts';
import { WorkerChannel } from './worker-channel.ts';
import { WorkerLife } from './worker-life.ts';
import type { WorkerState } from './worker-state.ts';

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
  /** Asks every other worker for this one. */
  readonly askSiblings: (asker: WorkerProcess, question: WakeQuestion) => Promise<readonly WakeAnswer[]>;
}

/** One worker from its fork to its end, and everything that is said to it. */
export class WorkerProcess {
  readonly worker: number;
  readonly #options: WorkerProcessOptions;
  readonly #log: Logger;
  readonly #channel: WorkerChannel;
  readonly #heartbeat: Heartbeat;
  readonly #inquiries: Inquiries;
  readonly #life = new WorkerLife();
  #engine: EnginePeer | null = null;
  #overdue: NodeJS.Timeout | undefined;
  #pulses: Pulses | null = null;

  constructor(options: WorkerProcessOptions) {
    const { script, worker, log, timings } = options;
    this.worker = worker;
    this.#options = options;
    this.#channel = new WorkerChannel(script, {
      message: (message) => this.#receive(message),
      error: (error) => this.#log.error({ err: error }, 'worker channel failed'),
      end: (how) => this.#end(how),
    });
    this.#log = log.child({ worker, workerPid: this.#channel.pid });
    this.#inquiries = new Inquiries(timings, (message) => this.#channel.send(message));
    this.#heartbeat = new Heartbeat({
      every: timings.ping,
      limit: timings.unansweredPings,
      ping: () => this.#channel.send({ type: 'ping' }),
      hung: () => {
        if (this.state.phase !== 'booting' || this.age > timings.boot) this.#killFor('worker hangs and is killed');
      },
    });
  }

  get pid(): number | undefined {
    return this.#channel.pid;
  }

  get state(): WorkerState {
    return this.#life.state;
  }

  /** What it told of itself with its last answers to pings; `null` before the first. */
  get pulses(): Pulses | null {
    return this.#pulses;
  }

  /** Milliseconds since the fork. */
  get age(): number {
    return this.#life.age;
  }

  /**
   * Resolves true as soon as a condition on the state holds; false once so many milliseconds are over or the process
   * has ended.
   */
  until(condition: (state: WorkerState) => boolean, ms?: number): Promise<boolean> {
    return this.#life.until(condition, ms);
  }

  /** Gives it the socket to listen on, if it can take one: before `up` the socket would be lost on the way. */
  listen(socket: ListenSocket): void {
    const { phase } = this.state;
    if (socket.handle === null || (phase !== 'up' && phase !== 'refused')) return;
    this.#life.update({ phase: 'up', detail: '', hasSocket: true });
    this.#channel.send({ type: 'listen', port: socket.port }, socket.handle);
  }

  /** Its figures as they are now; `null` when it has none to give in time. */
  async metrics(): Promise<MetricsDump | null> {
    return this.#answers ? await this.#inquiries.metrics() : null;
  }

  /** The keys that are busiest there, `limit` of each kind; `null` when it doesn't say in time. */
  async busiestKeys(limit: number): Promise<KeyCensus | null> {
    return this.#answers ? await this.#inquiries.busiestKeys(limit) : null;
  }

  /** Asks it whom a set woke there; `null` when it doesn't say in time. */
  async wake(question: WakeQuestion): Promise<WakeAnswer> {
    return this.#answers ? await this.#inquiries.wake(question) : 0;
  }

  /** Has it say 503 on `/readyz` from now on; it goes on serving. */
  unready(): void {
    this.#channel.send({ type: 'unready' });
  }

  /** Has it stop accepting, answer its waiters and end. It is killed when it takes much longer than it may. */
  drain(): void {
    const { phase } = this.state;
    if (phase === 'draining' || phase === 'ended') return;
    const { config, timings } = this.#options;
    // Messages in its hands may need two more calls of Redis to get back.
    const limit = (config.drainSeconds + 2 * config.redisTimeout) * 1000 + timings.drainSlack;
    this.#overdue = setTimeout(() => this.#killFor('worker took too long to drain and is killed'), limit);
    this.#life.update({ phase: 'draining' });
    this.#channel.send({ type: 'drain' });
    if (phase !== 'booting') return;
    // It couldn't hear us, has nobody to answer and nothing to report.
    this.#life.update({ lastDump: [] });
    this.kill();
  }

  /** Ends it at once. */
  kill(): void {
    this.#channel.kill();
  }

  get #answers(): boolean {
    const { phase } = this.state;
    return phase !== 'booting' && phase !== 'ended';
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case 'up':
        this.#engine =
          this.#options.connectEngine?.((said) => this.#channel.send({ type: 'engine', message: said })) ?? null;
        this.#channel.send({ type: 'configure', config: this.#options.config, worker: this.worker });
        this.#heartbeat.answered();
        this.#life.update({ phase: 'up' });
        return;
      case 'listening':
        this.#life.update({ phase: 'listening', accepts: true });
        return;
      case 'refused':
        this.#life.update({ phase: 'refused', detail: message.code });
        return;
      case 'health':
        this.#life.update({ health: message.ready ? { ready: true } : { ready: false, reason: message.reason } });
        return;
      case 'pong':
        this.#heartbeat.answered();
        if (message.pulse !== null) this.#pulses = nextPulses(this.#pulses, message.pulse);
        return;
      case 'metrics':
      case 'keys':
      case 'wake':
        this.#inquiries.answer(message);
        return;
      case 'siblings':
        void this.#options
          .askSiblings(this, message.question)
          .then((answers) => this.#channel.send({ type: 'siblings', id: message.id, answers }));
        return;
      case 'draining':
        this.#life.update({ accepts: false });
        return;
      case 'drained':
        this.#life.update({ lastDump: message.dump });
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

  #end(how: string): void {
    this.#heartbeat.stop();
    clearTimeout(this.#overdue);
    const { phase, lastDump } = this.state;
    if (phase === 'draining' && lastDump === undefined) this.#log.error(`worker ended undrained with ${how}`);
    this.#engine?.close();
    this.#inquiries.close();
    this.#life.end(how);
  }
}
