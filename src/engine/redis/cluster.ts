import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import { CometError } from '../../errors.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Health } from '../engine.ts';
import type { Reply } from './client.ts';
import { Connection } from './connection.ts';
import type { Deployment, DeploymentEvents } from './deployment.ts';
import { type ClusterNode, Membership } from './membership.ts';
import { type Redirect, redirectOf } from './redirect.ts';
import { RedisTime } from './redis-time.ts';
import { reasonOf } from './refusals.ts';
import type { ScriptName } from './scripts.ts';
import type { ShardOptions } from './shard-options.ts';
import { slotOf } from './slots.ts';
import { type Address, describeAddress } from './target.ts';
import { newest, parseTopology, type Topology } from './topology.ts';

export interface ClusterOptions extends Omit<ShardOptions, 'locate' | 'home'> {
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly meters: Meters;
}

/** How often the nodes are asked who has which slots, milliseconds; sooner after a redirect or a lost connection. */
const REFRESH_MS = 1_000;
/** As `REFRESH_MS`, while a master is missing: who takes over? */
const EAGER_MS = 200;
/** Between two such questions at least, and before a call that was redirected is sent again. */
const PAUSE_MS = 25;
/** What is published where watchers hear it while their slot moves: read the key. */
const READ_IT = 'read';

/** The masters of a Redis Cluster: sends each call to the one that has the slot, and follows slots that move. */
export class Cluster implements Deployment {
  readonly spansKeys = false;
  readonly #options: ClusterOptions;
  readonly #seeds: readonly Address[];
  readonly #members: Membership;
  readonly #stopping = new AbortController();
  #wake: () => void = () => undefined;
  #running: Promise<void> | null = null;
  #refusal = new CometError('ENGINE_UNAVAILABLE');
  /** Stands in where nobody has the slot. */
  readonly #noTime = new RedisTime();

  constructor(options: ClusterOptions, seeds: readonly Address[], events: DeploymentEvents) {
    this.#options = options;
    this.#seeds = seeds;
    this.#members = new Membership(options, {
      ...events,
      onEntry: (key, message, time) => {
        if (message === READ_IT) events.onLive([key], []);
        else events.onEntry(key, message, time);
      },
      onChanged: () => {
        options.meters.redisUp = this.#members.up ? 1 : 0;
        if (!this.#members.up) this.#wake();
      },
      onMoved: () => this.#wake(),
    });
  }

  start(): void {
    this.#running ??= this.#follow();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await Promise.all([this.#running, this.#members.stop()]);
  }

  health(): Health {
    if (this.#members.size === 0) {
      return { ready: false, reason: `no node of the Redis Cluster answers: ${reasonOf(this.#refusal)}` };
    }
    return this.#members.health();
  }

  async run(name: ScriptName, keys: readonly string[], args: readonly string[], channel?: string): Promise<Reply> {
    const { clock, timeoutMs } = this.#options;
    const slot = slotOf(keys[0] ?? '');
    const deadline = clock.now() + timeoutMs;
    for (let redirect: Redirect | null = null; ; ) {
      const { shard, address } = this.#nodeFor(slot, redirect);
      try {
        const reply = await shard.send(name, keys, args, redirect?.type === 'ask');
        if (redirect?.type === 'ask' && channel !== undefined) await this.#announce(slot, channel);
        return reply;
      } catch (error) {
        const next: Redirect | null = redirectOf(error, address) ?? this.#again(error, redirect);
        if (next === null || clock.now() >= deadline || this.#stopping.signal.aborted) throw error;
        if (next.type === 'moved') this.#wake();
        // Twice in a row: the nodes aren't of one mind, or a connection isn't there yet.
        if (redirect !== null || next.type === 'again') await pause(PAUSE_MS);
        redirect = next;
      }
    }
  }

  timeOf(redisKey: string): RedisTime {
    return this.#members.owner(slotOf(redisKey))?.shard.time ?? this.#noTime;
  }

  watchKey(key: string): void {
    this.#members.watchKey(key);
  }

  unwatchKey(key: string): void {
    this.#members.unwatchKey(key);
  }

  watchMailbox(uid: string): void {
    this.#members.watchMailbox(uid);
  }

  unwatchMailbox(uid: string): void {
    this.#members.unwatchMailbox(uid);
  }

  #nodeFor(slot: number, redirect: Redirect | null): ClusterNode {
    if (redirect !== null && redirect.type !== 'again') return this.#members.at(redirect.to);
    const owner = this.#members.owner(slot);
    if (owner !== null) return owner;
    if (this.#members.size > 0) throw new CometError('REDIS_CLUSTER_DOWN');
    const { code, message, cause } = this.#refusal;
    throw new CometError(code, { message, cause });
  }

  /** A node that we were sent to, and have no connection to yet, is tried again. */
  #again(error: unknown, redirect: Redirect | null): Redirect | null {
    const unconnected = error instanceof CometError && error.code === 'ENGINE_UNAVAILABLE';
    return unconnected && redirect !== null && redirect.type !== 'again' ? redirect : null;
  }

  /**
   * While a slot moves its new master already takes writes, and watchers are with the old one still. If this fails they
   * hear of it when the slot has moved.
   */
  async #announce(slot: number, channel: string): Promise<void> {
    try {
      await this.#members.owner(slot)?.shard.connection?.send(['SPUBLISH', channel, READ_IT]);
    } catch (error) {
      this.#options.log.debug({ reason: reasonOf(error) }, 'could not announce while a slot moves');
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const topology = newest(await this.#ask());
      if (signal.aborted) return;
      if (topology !== null) this.#members.apply(topology);
      // Rejects only when it is stopped, which the loop sees for itself.
      const idle = pause(this.#members.up ? REFRESH_MS : EAGER_MS, undefined, { signal }).catch(() => undefined);
      await Promise.race([idle, woken]);
      await pause(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Every master to which a connection stands; the seeds while there is none. */
  async #ask(): Promise<Topology[]> {
    const { connected } = this.#members;
    const asked =
      connected.length > 0
        ? connected.map(({ address, connection }) => topologyOf(address, connection))
        : this.#seeds.map((seed) => this.#askStranger(seed));
    const answers = await Promise.allSettled(asked);
    for (const answer of answers) {
      if (answer.status === 'fulfilled') continue;
      this.#refusal = answer.reason instanceof CometError ? answer.reason : new CometError('ENGINE_UNAVAILABLE');
      this.#options.log.debug({ reason: reasonOf(answer.reason) }, 'a node of the cluster did not answer');
    }
    return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []));
  }

  async #askStranger(address: Address): Promise<Topology> {
    const { access, timeoutMs } = this.#options;
    const connection = new Connection({ locate: async () => address, access, name: 'comet-asks', timeoutMs });
    try {
      await connection.connect();
      return await topologyOf(address, connection);
    } finally {
      connection.close();
    }
  }
}

async function topologyOf(address: Address, connection: Connection): Promise<Topology> {
  const [slots, info] = await Promise.all([
    connection.send(['CLUSTER', 'SLOTS']),
    connection.send(['CLUSTER', 'INFO']),
  ]);
  const topology = parseTopology(slots, info, address);
  if (topology.ranges.length > 0) return topology;
  throw new CometError('REDIS_CLUSTER_DOWN', { cause: new Error(`${describeAddress(address)} knows of no slots`) });
}
