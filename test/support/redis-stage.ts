import type { RedisClientOptions } from './redis-backend.ts';
import { openRedisClient, type RedisClient, startRedisClient } from './redis-client.ts';
import { RedisServer, type RedisServerOptions } from './redis-server.ts';
import { TcpProxy } from './tcp-proxy.ts';

/** Servers, proxies and engines of one test; `clear` ends them all, the last first. */
export class RedisStage {
  readonly #closers: (() => Promise<unknown>)[] = [];

  async server(config: NonNullable<RedisServerOptions['config']> = {}): Promise<RedisServer> {
    const redis = await RedisServer.start({ config });
    this.closing(() => redis.stop());
    return redis;
  }

  async proxyTo(redis: RedisServer): Promise<TcpProxy> {
    const proxy = await TcpProxy.start(redis.port);
    this.closing(() => proxy.stop());
    return proxy;
  }

  /** A started engine; it may not be ready yet. */
  started(options: RedisClientOptions): RedisClient {
    const client = startRedisClient(options);
    this.closing(() => client.engine.stop());
    return client;
  }

  /** An engine that is ready. */
  async opened(options: RedisClientOptions): Promise<RedisClient> {
    const client = await openRedisClient(options);
    this.closing(() => client.engine.stop());
    return client;
  }

  closing(close: () => Promise<unknown>): void {
    this.#closers.push(close);
  }

  async clear(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}
