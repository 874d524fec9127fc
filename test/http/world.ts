import { type Logger, pino } from 'pino';
import { type Clock, systemClock } from '../../src/clock.ts';
import { type Config, fieldOf, OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { EmbeddedEngine } from '../../src/engine/embedded/engine.ts';
import { EmbeddedStore } from '../../src/engine/embedded/store.ts';
import { HttpServer } from '../../src/http/server.ts';
import { Hub } from '../../src/hub/hub.ts';
import { Meters } from '../../src/metrics/meters.ts';

export const PUBLISH_KEY = 'a-publish-key-of-the-tests';
export const SIGN_SECRET = 'a-sign-secret-of-the-tests';
export const AUTHORIZED = { authorization: `Bearer ${PUBLISH_KEY}` };

/** The defaults of every option with these changed. */
export function configure(changes: Partial<Config> = {}): Config {
  const defaults = Object.fromEntries(OPTION_NAMES.map((name) => [fieldOf(name), OPTIONS[name].fallback]));
  return { ...(defaults as unknown as Config), publishKey: [PUBLISH_KEY], signSecret: [SIGN_SECRET], ...changes };
}

/** A whole worker in this process: real sockets, real hub, embedded engine. */
export class World {
  readonly config: Config;
  readonly server: HttpServer;
  readonly hub: Hub;
  readonly engine: EmbeddedEngine;
  readonly meters = new Meters();
  /** What was logged, parsed. */
  readonly logged: Record<string, unknown>[] = [];
  readonly #store: EmbeddedStore;
  readonly #ticks: NodeJS.Timeout;

  private constructor(config: Config, clock: Clock) {
    this.config = config;
    const { engine, store } = openEngine(config);
    this.engine = engine;
    this.#store = store;
    this.hub = new Hub({
      engine,
      clock,
      meters: this.meters,
      maxWaiters: config.maxWaiters || 10_000,
      maxWaitersPerKey: config.maxWaitersPerKey,
      maxWatchedKeys: config.maxWatchedKeys,
      lingerMs: config.lingerSeconds * 1000,
      historySize: config.historySize,
      mailboxWaitMinMs: config.mailboxWaitMin * 1000,
      mailboxWaitMaxMs: config.mailboxWaitMax * 1000,
    });
    engine.start(this.hub.feed);
    this.#ticks = setInterval(() => this.hub.advance(), 10);
    this.server = new HttpServer({
      config: { ...config, maxConnections: config.maxConnections || 10_000 },
      tryOut: config.publishKey.length === 0 && config.signSecret.length === 0,
      hub: this.hub,
      engine,
      siblings: { ask: async () => [] },
      meters: this.meters,
      log: this.#logger(),
    });
  }

  /** `clock` drives what waits in the hub, the system's unless told; the bounds of connections go by that of the system. */
  static async start(changes: Partial<Config> = {}, clock: Clock = systemClock): Promise<World> {
    const world = new World(configure(changes), clock);
    await world.server.listen({ host: '127.0.0.1', port: 0 }, 511);
    return world;
  }

  get port(): number {
    return this.server.port;
  }

  /** Ends everything. Idempotent. */
  async stop(): Promise<void> {
    await this.server.close();
    clearInterval(this.#ticks);
    await this.engine.stop();
    this.#store.stop();
  }

  #logger(): Logger {
    const write = (line: string) => void this.logged.push(JSON.parse(line) as Record<string, unknown>);
    return pino({ level: 'debug' }, { write });
  }
}

function openEngine(config: Config): { readonly engine: EmbeddedEngine; readonly store: EmbeddedStore } {
  const store = new EmbeddedStore({
    maxBytes: config.embeddedMaxBytes,
    historySize: config.historySize,
    historyTtlMs: config.historyTtl * 1000,
    maxMailboxLength: config.maxMailboxLength,
  });
  const connection = store.connect((message) => setImmediate(() => engine.receive(message)));
  const engine = new EmbeddedEngine({
    send: (message) => {
      setImmediate(() => connection.receive(message));
      return true;
    },
  });
  return { engine, store };
}
