/** The worker process: builds itself from the configuration that the primary sends, and does what it is told. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { systemClock } from './clock.ts';
import { HealthReport } from './cluster/health-report.ts';
import type { ListenHandle } from './cluster/listen-handle.ts';
import { type Commission, type OrderedWorker, Orders } from './cluster/orders.ts';
import type { PrimaryLink } from './cluster/primary-link.ts';
import { modeOf } from './config/mode.ts';
import type { Config } from './config/options.ts';
import { redisOptions } from './config/redis-options.ts';
import { EmbeddedEngine } from './engine/embedded/engine.ts';
import type { StoreMessage } from './engine/embedded/messages.ts';
import type { Engine } from './engine/engine.ts';
import { RedisEngine } from './engine/redis/engine.ts';
import { Housekeeping } from './housekeeping.ts';
import { HttpServer } from './http/server.ts';
import { Hub } from './hub/hub.ts';
import { TICK_MS } from './hub/wheel.ts';
import { inTurns } from './in-turns.ts';
import { createLogger } from './log.ts';
import type { MetricsDump } from './metrics/dump.ts';
import type { KeyCensus } from './metrics/key-census.ts';
import { Meters } from './metrics/meters.ts';
import type { Pulse } from './metrics/pulse.ts';
import { Vitals } from './metrics/vitals.ts';
import type { WakeAnswer, WakeQuestion } from './metrics/wake-question.ts';
import { Ticker } from './ticker.ts';

/** How much longer than two calls of the engine a worker that ends waits for messages to get back. */
const SETTLE_MS = 1000;

/** Everything that a worker is made of, from its configuration to its end. */
class Worker implements OrderedWorker {
  readonly #vitals: Vitals;
  readonly #config: Config;
  readonly #number: number;
  readonly #link: PrimaryLink;
  readonly #log: Logger;
  readonly #meters = new Meters();
  readonly #engine: Engine;
  readonly #hub: Hub;
  readonly #server: HttpServer;
  readonly #housekeeping = Housekeeping.ofProcess(systemClock);
  readonly #health: HealthReport;
  readonly #ticker = new Ticker((late) => this.#turn(late));

  constructor({ config, worker, link, siblings }: Commission) {
    this.#config = config;
    this.#number = worker;
    this.#link = link;
    this.#health = new HealthReport(link);
    this.#log = createLogger({ level: config.logLevel, format: config.logFormat, fields: { worker } });
    this.#vitals = new Vitals(this.#meters, worker);
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
      hurry: () => this.#ticker.hurry(TICK_MS),
    });
    this.#server = new HttpServer({
      config,
      tryOut: modeOf(config).tryOut,
      hub: this.#hub,
      engine: this.#engine,
      siblings,
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
    this.#ticker.start(TICK_MS);
    this.#health.tell(this.#engine.health());
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

  pulse(): Pulse {
    return this.#vitals.pulse();
  }

  async dump(): Promise<MetricsDump> {
    return await this.#vitals.dump();
  }

  async busiestKeys(limit: number): Promise<KeyCensus> {
    return await inTurns(this.#hub.census.take(limit));
  }

  async wake(question: WakeQuestion): Promise<WakeAnswer> {
    if (question.type === 'end') return await this.#hub.endTally(question.name, question.epoch, question.offset);
    return this.#hub.beginTally(question.name, question.key) ? 0 : null;
  }

  async drain(): Promise<void> {
    const drained = this.#server.drain();
    this.#link.send({ type: 'draining' });
    await drained;
    await this.#settleMessages();
    const dump = await this.dump();
    this.#ticker.stop();
    await this.#engine.stop();
    this.#link.end({ type: 'drained', dump });
  }

  /** A message that was taken for a poll which is gone has to get back before the engine goes; bounded by its deadline. */
  async #settleMessages(): Promise<void> {
    const { mailboxes } = this.#hub;
    const deadline = performance.now() + SETTLE_MS + this.#config.redisTimeout * 2000;
    while (mailboxes.busy && performance.now() < deadline) await sleep(TICK_MS);
    mailboxes.abandonMessages();
  }

  /** Lets time pass, and tells when to do so again. */
  #turn(late: number): number {
    this.#vitals.turned(late);
    this.#hub.advance();
    this.#housekeeping?.advance();
    const health = this.#engine.health();
    this.#health.tell(health);
    // The primary waits for it.
    return health.ready ? this.#hub.rest() : TICK_MS;
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

new Orders((commission) => new Worker(commission)).start();
