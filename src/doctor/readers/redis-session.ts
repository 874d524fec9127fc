import { readFileSync } from 'node:fs';
import { createClient } from 'redis';
import type { Config } from '../../config/options.ts';
import type { Address, Target } from '../../engine/redis/target.ts';

/** One connection to a Redis or a sentinel. */
export interface RedisSession {
  /** Rejects with an `ErrorReply` when it is refused. */
  send(args: readonly string[]): Promise<unknown>;
  /** Subscribes to a channel, and leaves it again. */
  visit(channel: string): Promise<void>;
}

export interface SessionOptions {
  readonly address: Address;
  readonly config: Config;
  /** Whose user, password and database are used, and whether there is TLS. */
  readonly target: Target;
  /** Ends it at any moment; what is under way is rejected with the reason. */
  readonly signal: AbortSignal;
}

/** Connects, logs in, and closes when `use` is done. Rejects with what kept it from that. */
export async function inSession<T>(options: SessionOptions, use: (session: RedisSession) => Promise<T>): Promise<T> {
  const { signal } = options;
  const client = connect(options);
  // The first thing that went wrong: what follows is only that it is closed.
  let problem: Error | null = null;
  client.on('error', (error: Error) => {
    problem ??= error;
  });
  const cut = () => {
    problem ??= signal.reason as Error;
    client.destroy();
  };
  signal.addEventListener('abort', cut);
  try {
    await client.connect();
    return await use({
      send: (args) => client.sendCommand([...args]),
      visit: async (channel) => {
        await client.subscribe(channel, () => undefined);
        await client.unsubscribe(channel);
      },
    });
  } catch (error) {
    throw problem ?? error;
  } finally {
    signal.removeEventListener('abort', cut);
    if (client.isOpen) client.destroy();
  }
}

function connect({ address, config, target, signal }: SessionOptions) {
  const { username, password, database, tls } = target;
  const socket = { reconnectStrategy: false as const, connectTimeout: config.redisTimeout * 1000, signal };
  return createClient({
    ...(username === '' ? {} : { username }),
    ...(password === '' ? {} : { password }),
    database,
    name: 'comet-doctor',
    disableOfflineQueue: true,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    socket:
      tls && !('path' in address)
        ? { ...socket, ...address, tls: true, ...pem(config) }
        : { ...socket, ...address, tls: false },
  });
}

function pem({ redisCa, redisCert, redisKey }: Config): Readonly<Record<string, Buffer>> {
  const given = Object.entries({ ca: redisCa, cert: redisCert, key: redisKey }).filter(([, path]) => path !== '');
  return Object.fromEntries(given.map(([name, path]) => [name, readFileSync(path)]));
}
