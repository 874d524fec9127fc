import { RedisServer } from '../../test/support/redis-server.ts';
import { TcpProxy } from '../../test/support/tcp-proxy.ts';
import { REDIS_CONFIG, type Store } from './store.ts';

/** One Redis. The first machine reaches it through a proxy, the others directly. */
export class SingleStore implements Store {
  readonly topology = 'single';
  readonly server: RedisServer;
  readonly proxy: TcpProxy;

  private constructor(server: RedisServer, proxy: TcpProxy) {
    this.server = server;
    this.proxy = proxy;
  }

  static async start(): Promise<SingleStore> {
    const server = await RedisServer.start({ config: REDIS_CONFIG, limitable: true });
    return new SingleStore(server, await TcpProxy.start(server.port));
  }

  url(machine: number): string {
    return machine === 0 ? `redis://127.0.0.1:${this.proxy.port}` : this.server.url;
  }

  async masters(): Promise<RedisServer[]> {
    return [this.server];
  }

  async settled(): Promise<void> {}

  async stop(): Promise<void> {
    await this.proxy.stop();
    await this.server.stop();
  }
}
