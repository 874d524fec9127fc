/** The worker process: builds itself from the configuration that the primary sends, and does what it is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { systemClock } from './clock.ts';
import type { ListenHandle } from './cluster/listen-handle.ts';
import type { PrimaryMessage } from './cluster/messages.ts';
import { PrimaryLink } from './cluster/primary-link.ts';
import { Siblings } from './cluster/siblings.ts';
import { modeOf } from './config/mode.ts';
import type { Config } from './config/options.ts';
import { redisOptions } from './config/redis-options.ts';
import { EmbeddedEngine } from './engine/embedded/engine.ts';
import type { StoreMessage } from './engine/embedded/messages.ts';
import type { Engine, Health } from './engine/engine.ts';
import { RedisEngine } from './engine/redis/engine.ts';
import { Housekeeping } from './housekeeping.ts';
import { HttpServer } from './http/server.ts';
import { Hub } from './hub/hub.ts';
import { inTurns } from './in-turns.ts';
import { createLogger } from './log.ts';
import type { KeyCensus } from './metrics/key-census.ts';
import { Meters } from './metrics/meters.ts';
import { Vitals } from './metrics/vitals.ts';
import type { WakeAnswer, WakeQuestion } from './metrics/wake-question.ts';

/** How much longer than two calls of the engine a worker that ends waits for messages to get back. */
const SETTLE_MS = 1000;

/** Everything that a worker is made of, from its configuration to its end. */
class Worker {
  readonly vitals: Vitals;
  readonly siblings: Siblings;
  readonly #config: Config;
  readonly #number: number;
  readonly #link: PrimaryLink;
  readonly #log: Logger;
  readonly #meters = new Meters();
  readonly #engine: Engine;
  readonly #hub: Hub;
  readonly #server: HttpServer;
  readonly #housekeeping = Housekeeping.ofProcess(systemClock);
  #tick: NodeJS.Timeout | undefined;
  /** What the primary was told of our health. */
  #told: string | undefined;

  /** `worker` is its number, 1 for the first port. */
  constructor(config: Config, worker: number, link: PrimaryLink) {
    this.#config = config;
    this.#number = worker;
    this.#link = link;
    this.siblings = new Siblings(link);
    this.#log = createLogger({ level: config.logLevel, format: config.logFormat, fields: { worker } });
    this.vitals = new Vitals(this.#meters, worker);
    this.#engine = config.redisUrl === '' ? this.#embeddedEngine() : this.#redisEngine();
    this.#hub = new Hub({
      engine: this.#engine,
      clock: systemClock,
      meters: this.#meters,
      maxWaiters: config.maxWaiters,
      maxWaitersPerKey: config.maxWaitersPerKey,
      maxWatchedKeys: config.maxWatchedKeys,
      lingerMs: config.lingerSeconds * 1000,
      historySize: config.historySize,
      mailboxWaitMinMs: config.mailboxWaitMin * 1000,
      mailboxWaitMaxMs: config.mailboxWaitMax * 1000,
    });
    this.#server = new HttpServer({
      config,
      tryOut: modeOf(config).tryOut,
      hub: this.#hub,
      engine: this.#engine,
      siblings: this.siblings,
      meters: this.#meters,
      log: this.#log,
    });
  }

  start(): void {
    process.title = `comet worker ${this.#number}`;
    process.on('uncaughtException', (error) => {
      this.#log.fatal({ err: error }, 'worker failed');
      process.exit(1);
    });
    this.#engine.start(this.#hub.feed);
    this.#tick = setInterval(() => {
      this.#hub.advance();
      this.#housekeeping?.advance();
      this.#tellHealth();
    }, this.#hub.tickMs);
    this.#tellHealth();
  }

  async listen(handle: ListenHandle, port: number): Promise<void> {
    try {
      await this.#server.listen(handle, this.#config.backlog);
    } catch (error) {
      this.#link.send({ type: 'refused', code: (error as NodeJS.ErrnoException).code ?? String(error) });
      return;
    }
    process.title = `comet worker ${this.#number} :${port}`;
    this.#link.send({ type: 'listening' });
  }

  receiveFromStore(message: StoreMessage): void {
    if (this.#engine instanceof EmbeddedEngine) this.#engine.receive(message);
  }

  unready(): void {
    this.#server.setUnready('the server is stopping');
  }

  /** The keys that are busiest here; `limit` of each kind. */
  async busiestKeys(limit: number): Promise<KeyCensus> {
    return await inTurns(this.#hub.census.take(limit));
  }

  /** Whom a set of another worker wakes here. */
  async wake(question: WakeQuestion): Promise<WakeAnswer> {
    if (question.type === 'end') return await this.#hub.endTally(question.name, question.epoch, question.offset);
    return this.#hub.beginTally(question.name, question.key) ? 0 : null;
  }

  /** Answers everybody and ends the process. */
  async drain(): Promise<void> {
    await this.#server.drain();
    await this.#settleMessages();
    const dump = await this.vitals.dump();
    clearInterval(this.#tick);
    await this.#engine.stop();
    this.#link.end({ type: 'drained', dump });
  }

  /** A message that was taken for a poll which is gone has to get back before the engine goes; bounded by its deadline. */
  async #settleMessages(): Promise<void> {
    const { mailboxes } = this.#hub;
    const deadline = performance.now() + SETTLE_MS + this.#config.redisTimeout * 2000;
    while (mailboxes.busy && performance.now() < deadline) await sleep(this.#hub.tickMs);
    mailboxes.abandonMessages();
  }

  #tellHealth(): void {
    const health: Health = this.#engine.health();
    const reason = health.ready ? '' : health.reason;
    if (reason === this.#told) return;
    this.#told = reason;
    this.#link.send({ type: 'health', ready: health.ready, reason });
  }

  #embeddedEngine(): Engine {
    const meters = this.#meters;
    return new EmbeddedEngine({ send: (message) => this.#link.send({ type: 'engine', message }) }, { meters });
  }

  #redisEngine(): Engine {
    return new RedisEngine({
      ...redisOptions(this.#config),
      log: this.#log,
      meters: this.#meters,
      clock: systemClock,
    });
  }
}

/** Does what the primary says, in the order in which it says it. */
class Orders {
  readonly #link = new PrimaryLink();
  #worker: Worker | null = null;
  #isUnready = false;

  start(): void {
    // A terminal and a service manager signal the whole group; the order in which things end is the primary's.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
    this.#link.open((message, handle) => void this.#obey(message, handle));
  }

  async #obey(message: PrimaryMessage, handle: ListenHandle | undefined): Promise<void> {
    switch (message.type) {
      case 'configure':
        this.#worker = new Worker(message.config, message.worker, this.#link);
        this.#worker.start();
        if (this.#isUnready) this.#worker.unready();
        return;
      case 'listen':
        if (handle !== undefined) await this.#worker?.listen(handle, message.port);
        return;
      case 'ping':
        this.#link.send({ type: 'pong', pulse: this.#worker?.vitals.pulse() ?? null });
        return;
      case 'metrics':
        if (this.#worker !== null) {
          this.#link.send({ type: 'metrics', id: message.id, dump: await this.#worker.vitals.dump() });
        }
        return;
      case 'keys':
        if (this.#worker !== null) {
          this.#link.send({ type: 'keys', id: message.id, census: await this.#worker.busiestKeys(message.limit) });
        }
        return;
      case 'wake': {
        const answer = (await this.#worker?.wake(message.question)) ?? null;
        this.#link.send({ type: 'wake', id: message.id, answer });
        return;
      }
      case 'siblings':
        this.#worker?.siblings.answer(message.id, message.answers);
        return;
      case 'unready':
        // It may come before there is a worker to tell.
        this.#isUnready = true;
        this.#worker?.unready();
        return;
      case 'drain':
        await this.#worker?.drain();
        return;
      case 'engine':
        this.#worker?.receiveFromStore(message.message);
        return;
    }
  }
}

new Orders().start();
