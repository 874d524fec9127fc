import { RedisServer } from './redis-server.ts';
import { until } from './until.ts';

/** What the sentinels call it. */
const MASTER = 'the-master';
const SENTINELS = 3;
const REPLICAS = 2;
/** Longer than a busy machine leaves one that lives without the CPU. */
const DOWN_AFTER_MS = 1_500;
/** After so long without a step a failover on command is given up for good; one that nobody asked for begins anew. */
const FAILOVER_MS = '10000';

/** A master with two replicas, and three sentinels that look after them. */
export class RedisSentinels {
  readonly #servers: readonly RedisServer[];
  readonly #sentinels: readonly RedisServer[];

  private constructor(servers: readonly RedisServer[], sentinels: readonly RedisServer[]) {
    this.#servers = servers;
    this.#sentinels = sentinels;
  }

  /**
   * Resolves once the sentinels know all that a failover needs. `config` is added to each Redis; after `downAfter`
   * milliseconds of silence the sentinels take one for dead, 1.5 s unless told.
   */
  static async start(
    config: Readonly<Record<string, string>> = {},
    downAfter = DOWN_AFTER_MS,
  ): Promise<RedisSentinels> {
    const shared = { 'repl-diskless-sync-delay': '0', 'repl-diskless-load': 'swapdb', ...config };
    const master = await RedisServer.start({ config: shared });
    const replicaof = `127.0.0.1 ${master.port}`;
    const replicas = await Promise.all(
      Array.from({ length: REPLICAS }, () => RedisServer.start({ config: { ...shared, replicaof } })),
    );
    await until(async () => (await slaves(master)) === REPLICAS, { message: 'the replicas' });
    const sentinel = [
      `monitor ${MASTER} 127.0.0.1 ${master.port} 2`,
      `down-after-milliseconds ${MASTER} ${downAfter}`,
      `failover-timeout ${MASTER} 2000`,
    ];
    const sentinels = await Promise.all(
      Array.from({ length: SENTINELS }, () => RedisServer.start({ sentinel: true, config: { sentinel } })),
    );
    const set = new RedisSentinels([master, ...replicas], sentinels);
    try {
      await until(() => set.#settled(), { message: 'the sentinels to know each other', timeout: 20_000, interval: 50 });
      return set;
    } catch (error) {
      await set.stop();
      throw error;
    }
  }

  get url(): string {
    return `redis+sentinel://${this.#sentinels.map(({ port }) => `127.0.0.1:${port}`).join(',')}/${MASTER}`;
  }

  /** The first one that still runs. */
  get sentinel(): RedisServer {
    return this.#sentinels.find(({ running }) => running) ?? this.#first;
  }

  /** The Redis that the sentinels call the master now. */
  async master(): Promise<RedisServer> {
    const [, port] = (await this.sentinel.cli('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', MASTER)) as [string, string];
    return this.#servers.find((server) => server.port === Number(port)) ?? this.#first;
  }

  /** Runs a command on the master. */
  async cli(...command: string[]): Promise<unknown> {
    return (await this.master()).cli(...command);
  }

  /** The sentinels choose another master; resolves once they have begun. */
  async failover(): Promise<void> {
    const { sentinel } = this;
    await sentinel.cli('SENTINEL', 'SET', MASTER, 'failover-timeout', FAILOVER_MS);
    await sentinel.cli('SENTINEL', 'FAILOVER', MASTER);
  }

  /** Resolves once what was written to the master is on every replica that runs. */
  async replicated(): Promise<void> {
    const replicas = this.#servers.filter(({ running }) => running).length - 1;
    await (await this.master()).cli('WAIT', String(replicas), '5000');
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#sentinels, ...this.#servers].map((server) => server.stop()));
  }

  get #first(): RedisServer {
    const [first] = this.#servers;
    if (first === undefined) throw new Error('there is no Redis');
    return first;
  }

  async #settled(): Promise<boolean> {
    const known = await Promise.all(
      this.#sentinels.map(async (sentinel) => {
        const master = (await sentinel.cli('SENTINEL', 'MASTER', MASTER)) as Readonly<Record<string, string>>;
        return Number(master['num-slaves']) === REPLICAS && Number(master['num-other-sentinels']) === SENTINELS - 1;
      }),
    );
    return known.every(Boolean);
  }
}

async function slaves(master: RedisServer): Promise<number> {
  const info = String(await master.cli('INFO', 'replication'));
  return [...info.matchAll(/^slave\d+:.*state=online/gm)].length;
}
