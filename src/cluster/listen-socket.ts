import { bindHandle, type ListenHandle } from './listen-handle.ts';

/**
 * The socket of one port. The primary owns it from start to end, so that connections which arrive while the port's
 * worker is dead wait in the kernel's queue for its successor. listen(2) is called by the workers, on the same open
 * socket.
 */
export class ListenSocket {
  readonly #address: string;
  #port: number;
  #handle: ListenHandle | null = null;

  /** `host` is an IP address, or `localhost` for 127.0.0.1; port 0 takes any free one and keeps it. */
  constructor(host: string, port: number) {
    this.#address = host === 'localhost' ? '127.0.0.1' : host;
    this.#port = port;
  }

  /** The port number; 0 until it was bound when any port would do. */
  get port(): number {
    return this.#port;
  }

  get address(): string {
    return this.#address;
  }

  /** To be sent to a worker; `null` while it is not bound. It stays ours. */
  get handle(): ListenHandle | null {
    return this.#handle;
  }

  /** Takes the port, or takes it again after `close`. Throws `BindError`. */
  bind(): void {
    if (this.#handle !== null) return;
    const { handle, port } = bindHandle(this.#address, this.#port);
    this.#handle = handle;
    this.#port = port;
  }

  /** Gives the port up: once no worker holds the socket either, connections are refused at once. Idempotent. */
  close(): void {
    this.#handle?.close();
    this.#handle = null;
  }
}
