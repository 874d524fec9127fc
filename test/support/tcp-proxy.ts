import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';
import { freePort } from './free-port.ts';
import { Gate } from './gate.ts';

export type Direction = 'both' | 'toServer' | 'toClient';

interface Link {
  readonly client: Socket;
  readonly server: Socket;
  readonly toServer: Gate;
  readonly toClient: Gate;
}

/** A TCP proxy before a server on this machine, to break the way to it: cut, silent or slow. */
export class TcpProxy {
  readonly port: number;
  readonly #target: number;
  readonly #links = new Set<Link>();
  #listener: Server | undefined;
  #silence: Direction | undefined;
  #delay = 0;
  #trickle: { readonly bytes: number; readonly direction: Direction } = { bytes: 0, direction: 'both' };

  private constructor(port: number, target: number) {
    this.port = port;
    this.#target = target;
  }

  /** `target` is the port of the server. */
  static async start(target: number): Promise<TcpProxy> {
    const proxy = new TcpProxy(await freePort(), target);
    await proxy.restore();
    return proxy;
  }

  /** Connections that are open now. */
  get connections(): number {
    return this.#links.size;
  }

  /** Destroys every connection and refuses new ones. */
  async cut(): Promise<void> {
    const listener = this.#listener;
    this.#listener = undefined;
    const closed = listener === undefined ? undefined : once(listener, 'close');
    listener?.close();
    this.drop();
    await closed;
  }

  /** Destroys every connection; new ones are taken. */
  drop(): void {
    for (const link of this.#links) {
      link.client.destroy();
      link.server.destroy();
    }
  }

  /** Takes connections again after a `cut`. */
  async restore(): Promise<void> {
    if (this.#listener !== undefined) return;
    this.#listener = createServer((client) => this.#link(client));
    this.#listener.listen(this.port, '127.0.0.1');
    await once(this.#listener, 'listening');
  }

  /**
   * Connections stay open and new ones are accepted, but nothing passes in this direction. What is sent meanwhile is
   * held, as a network does that loses packets: it passes after `resume`, unless its connection has gone.
   */
  silence(direction: Direction = 'both'): void {
    this.#silence = direction;
    this.#apply();
  }

  resume(): void {
    this.#silence = undefined;
    this.#apply();
  }

  /** Holds every chunk for so many milliseconds, in both directions. */
  delay(ms: number): void {
    this.#delay = ms;
    this.#apply();
  }

  /** Lets only so many bytes pass each 10 ms in this direction of each connection; 0 for all that come. */
  trickle(bytes: number, direction: Direction = 'both'): void {
    this.#trickle = { bytes, direction };
    this.#apply();
  }

  /** Ends it. Idempotent. */
  async stop(): Promise<void> {
    await this.cut();
  }

  #link(client: Socket): void {
    const server = connect({ port: this.#target, host: '127.0.0.1', noDelay: true });
    const link = { client: client.setNoDelay(), server, toServer: new Gate(), toClient: new Gate() };
    this.#links.add(link);
    this.#set(link);
    // A reset or a refused connection destroys every stream of its pipeline, so that the other side sees it too.
    const done = () => {
      if (client.destroyed && server.destroyed) this.#links.delete(link);
    };
    pipeline(client, link.toServer, server, done);
    pipeline(server, link.toClient, client, done);
  }

  #apply(): void {
    for (const link of this.#links) this.#set(link);
  }

  #set(link: Link): void {
    for (const way of ['toServer', 'toClient'] as const) {
      const { bytes, direction } = this.#trickle;
      const isNarrow = direction === 'both' || direction === way;
      link[way].set(this.#silence === 'both' || this.#silence === way, this.#delay, isNarrow ? bytes : 0);
    }
  }
}
