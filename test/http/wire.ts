import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until } from '../support/until.ts';

/** One answer as it stood on the wire. */
export interface WireAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** The body as JSON. */
  readonly json: Record<string, unknown>;
}

/** A bare connection: bytes go out as they are given, answers are told apart by their `Content-Length`. */
export class Wire {
  readonly socket: Socket;
  /** The other side has closed its half, or all. */
  ended = false;
  closed = false;
  #bytes = Buffer.alloc(0);

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]);
    });
    socket.on('end', () => {
      this.ended = true;
    });
    // A reset is a way to be closed.
    socket.on('error', () => {});
    socket.on('close', () => {
      this.closed = true;
    });
  }

  static async open(port: number): Promise<Wire> {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    await once(socket, 'connect');
    return new Wire(socket);
  }

  /** Sends one request on a connection of its own and waits for its answer. */
  static async ask(port: number, bytes: string | Buffer): Promise<WireAnswer> {
    const wire = await Wire.open(port);
    try {
      wire.send(bytes);
      return await wire.answer();
    } finally {
      wire.destroy();
    }
  }

  /** Latin-1: one character a byte. */
  send(bytes: string | Buffer): void {
    this.socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);
  }

  /** What has come and was not taken as an answer. */
  get rest(): string {
    return this.#bytes.toString('latin1');
  }

  /** The next answer; `bodiless` for one to a HEAD request. */
  async answer({ bodiless = false } = {}): Promise<WireAnswer> {
    return until(() => this.#take(bodiless), { message: `an answer; there is "${this.rest}"` });
  }

  /** Waits until the other side has closed. */
  async end(): Promise<void> {
    await until(() => this.ended || this.closed, { message: 'the connection to be closed' });
  }

  destroy(): void {
    this.socket.destroy();
  }

  #take(bodiless: boolean): WireAnswer | null {
    const split = this.#bytes.indexOf('\r\n\r\n');
    if (split < 0) return null;
    const [first = '', ...lines] = this.#bytes.toString('latin1', 0, split).split('\r\n');
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(':');
      headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
    }
    const end = split + 4 + (bodiless ? 0 : Number(headers['content-length'] ?? 0));
    if (this.#bytes.length < end) return null;
    const body = this.#bytes.toString('utf8', split + 4, end);
    this.#bytes = this.#bytes.subarray(end);
    const json = body.startsWith('{') ? (JSON.parse(body) as Record<string, unknown>) : {};
    return { status: Number(first.split(' ')[1]), headers, body, json };
  }
}

export interface WireRequest {
  readonly method?: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

/** A request as bytes. Every line of `headers` is sent as it is; with a body a `Content-Length` is added. */
export function render(target: string, { method = 'GET', headers = [], body }: WireRequest = {}): string {
  const length = body === undefined ? [] : [`Content-Length: ${body.length}`];
  const lines = [`${method} ${target} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, ...length];
  return `${lines.join('\r\n')}\r\n\r\n${body ?? ''}`;
}
