import { once } from 'node:events';
import { connect, type OnReadOpts, type Socket, type TcpNetConnectOpts } from 'node:net';
import { Invalid } from '../invalid.ts';
import { Connection } from './connection.ts';
import type { Endpoint } from './target.ts';

const READ_BYTES = 65_536;
/** Connections from one source address; it has some 28,000 ports. */
const PER_ADDRESS = 5_000;
/** Addresses that are used in turn, so that ports which are still in use on one do no harm. */
const ADDRESSES = 200;
/** Connections that are being established at once, unless all are wanted at once. */
const AT_ONCE = 200;

/** Opens connections to the endpoints of one server in turn, from several addresses of the loopback. */
export class Dialer {
  readonly #endpoints: readonly Endpoint[];
  /** All connections read into the same bytes: what was read is looked at before the next read. */
  readonly #bytes = Buffer.allocUnsafe(READ_BYTES);
  #opened = 0;

  constructor(endpoints: readonly Endpoint[]) {
    this.#endpoints = endpoints;
  }

  /** Resolves when all are established. */
  async openMany(count: number): Promise<Connection[]> {
    const connections: Connection[] = [];
    while (connections.length < count) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count - connections.length) }, () => this.open());
      connections.push(...(await Promise.all(batch)));
    }
    return connections;
  }

  /** Resolves when it is established. */
  async open(): Promise<Connection> {
    const { connection, socket } = this.dial();
    try {
      await once(socket, 'connect');
    } catch (error) {
      throw new Invalid('a connection was refused', { cause: error });
    }
    return connection;
  }

  /** A connection that is not established yet; requests may be sent already. */
  dial(): { readonly connection: Connection; readonly socket: Socket } {
    const number = this.#opened++;
    const endpoint = this.#endpoints[number % this.#endpoints.length] as Endpoint;
    const address = 2 + (Math.floor(number / PER_ADDRESS) % ADDRESSES);
    const onread: OnReadOpts = {
      buffer: this.#bytes,
      callback: (count, bytes) => {
        connection.received((bytes as Buffer).toString('latin1', 0, count));
        return true;
      },
    };
    const options: TcpNetConnectOpts = { ...endpoint, localAddress: `127.0.0.${address}`, noDelay: true, onread };
    const socket = connect(options);
    const connection = new Connection(socket);
    return { connection, socket };
  }
}
