import { randomBytes } from 'node:crypto';
import type { AppendResult, Engine } from '../../src/engine/engine.ts';
import { until } from '../support/until.ts';
import { Recorder } from './recorder.ts';

const BARRIERS = 24;

/** What every engine of a world is configured with. */
export interface EngineSettings {
  /** Entries that a key retains, the newest included. */
  readonly historySize: number;
  /** Milliseconds that entries older than the newest are retained. */
  readonly historyTtlMs: number;
  /** Milliseconds that the message in flight is kept from parked polls. */
  readonly leaseMs: number;
  /** Messages in a mailbox from which on a push is refused. */
  readonly maxMailboxLength: number;
}

/** One store and the way to it. */
export interface EngineBackend {
  /** Another engine on this store, not yet started; whoever starts it stops it. */
  engine(): Engine;
  /** Ends the store. Every engine is stopped by then. */
  close(): Promise<void>;
}

export type EngineFactory = (settings: EngineSettings) => Promise<EngineBackend>;

export interface Client {
  readonly engine: Engine;
  readonly events: Recorder;
}

/** Two started engines, `a` and `b`, on one store. */
export class World {
  readonly a: Client;
  readonly b: Client;
  readonly #backend: EngineBackend;

  private constructor(backend: EngineBackend) {
    this.#backend = backend;
    this.a = startClient(backend.engine());
    this.b = startClient(backend.engine());
  }

  static async open(factory: EngineFactory, settings: EngineSettings): Promise<World> {
    const world = new World(await factory(settings));
    for (const { engine } of [world.a, world.b]) {
      await until(() => engine.health().ready, { message: 'the engine to be ready', timeout: 20_000 }).catch(
        (cause: unknown) => {
          throw new Error(JSON.stringify(engine.health()), { cause });
        },
      );
    }
    return world;
  }

  /** Another started engine on the same store; the caller stops it. */
  client(): Client {
    return startClient(this.#backend.engine());
  }

  async close(): Promise<void> {
    await Promise.all([this.a.engine.stop(), this.b.engine.stop()]);
    await this.#backend.close();
  }
}

/** A key or uid that nobody else uses. */
export function unique(name: string): string {
  return `${name}-${randomBytes(6).toString('hex')}`;
}

export function set(client: Client, key: string, value: string, ttl = 0, id = ''): Promise<AppendResult> {
  return client.engine.append(key, value, { ttl, id });
}

/** As `set`, where it can't be a conflict. */
export async function append(
  client: Client,
  key: string,
  value: string,
): Promise<Extract<AppendResult, { type: 'appended' }>> {
  const result = await set(client, key, value);
  if (result.type !== 'appended') throw new Error('it was not appended');
  return result;
}

/** Appends values one after the other; resolves to the epoch. */
export async function fill(client: Client, key: string, values: readonly string[]): Promise<string> {
  let epoch = '';
  for (const value of values) {
    const result = await set(client, key, value);
    if (result.type === 'appended') epoch = result.epoch;
  }
  return epoch;
}

/** Resolves once notices on the key are certain. */
export async function watch(client: Client, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) client.engine.watch(key);
  await until(() => keys.every((key) => client.events.lives(key) > 0), { message: 'live' });
}

/** Resolves once hints on the mailbox are certain. */
export async function watchMailbox(client: Client, uid: string): Promise<void> {
  client.engine.mailboxes.watch(uid);
  await until(() => client.events.mailboxLives(uid) > 0, { message: 'live' });
}

/** Resolves once everything that `from` did before has had the time to reach `to`. */
export async function settle(from: Client, to: Client): Promise<void> {
  // The shards of a Cluster keep an order each: so many keys are on every one of a few.
  const keys = Array.from({ length: BARRIERS }, () => unique('barrier'));
  await watch(to, ...keys);
  await Promise.all(keys.map((key) => set(from, key, 'x')));
  await until(() => keys.every((key) => to.events.notices(key).length > 0), { message: 'the barrier' });
  for (const key of keys) to.engine.unwatch(key);
}

function startClient(engine: Engine): Client {
  const events = new Recorder();
  engine.start(events);
  return { engine, events };
}
