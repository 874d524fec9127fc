import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { type ClientOptions, WebSocket } from 'ws';
import { AnswerCheck } from './answer-check.ts';
import { until } from './until.ts';

/** Each frame and each refusal that a test waits for is held against the OpenAPI description. */
const descriptions = new AnswerCheck();

/** One frame of a server. */
export type Frame = Readonly<Record<string, unknown>>;

export interface WebSocketClientOptions extends ClientOptions {
  readonly path?: string;
  readonly protocols?: readonly string[];
}

/** One WebSocket to a server, and what came over it. */
export class WebSocketClient {
  readonly ws: WebSocket;
  readonly frames: Frame[] = [];
  /** With what the server closed it; 1006 if it only broke. */
  closed: { readonly code: number; readonly reason: string } | null = null;
  pings = 0;
  #requests = 0;
  /** Frames that were held against the description. */
  #checked = 0;

  private constructor(ws: WebSocket) {
    this.ws = ws;
    ws.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as Frame));
    ws.on('ping', () => this.pings++);
    ws.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
    ws.on('error', () => {});
  }

  /** Resolves once it is open; rejects with what was answered instead. */
  static async open(port: number, options: WebSocketClientOptions = {}): Promise<WebSocketClient> {
    const { path = '/ws', protocols = [], ...rest } = options;
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], { perMessageDeflate: false, ...rest });
    const client = new WebSocketClient(ws);
    await once(ws, 'open');
    return client;
  }

  /** Asks for a WebSocket where none is to be had, and gives the answer. */
  static refusal(port: number, options: WebSocketClientOptions = {}): Promise<{ status: number; json: Frame }> {
    const { path = '/ws', protocols = [], ...rest } = options;
    const ws = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], rest);
    return new Promise((resolve, reject) => {
      ws.once('open', () => reject(new Error('it was opened')));
      ws.once('error', reject);
      ws.once('unexpected-response', (_, response: IncomingMessage) => {
        let text = '';
        response.on('data', (chunk: Buffer) => {
          text += chunk.toString();
        });
        response.on('end', () => {
          ws.removeAllListeners('error').on('error', () => {});
          ws.terminate();
          const status = response.statusCode ?? 0;
          try {
            descriptions.check('GET', path, { status, headers: response.headers, body: text });
            resolve({ status, json: JSON.parse(text) as Frame });
          } catch (error) {
            reject(error as Error);
          }
        });
      });
    });
  }

  /** Everything of one type, and of one key where it is given. */
  of(type: string, key?: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type && (key === undefined || frame.key === key));
  }

  /** The values of the entries of a key, in the order in which they came. */
  values(key: string): unknown[] {
    return this.of('entry', key).map(({ value }) => value);
  }

  /** Sends a frame and waits for its answer; rejects when the WebSocket ends before that. */
  async ask(frame: object): Promise<Frame> {
    const request = ++this.#requests;
    this.send({ ...frame, request });
    const find = () => this.frames.find((found) => found.type === 'answer' && found.request === request);
    await until(() => find() !== undefined || this.closed !== null, {
      message: `an answer to ${JSON.stringify(frame)}; there is ${JSON.stringify(this.frames.slice(-3))}`,
    });
    const answer = find();
    if (answer === undefined)
      throw new Error(`it ended with ${this.closed?.code} before it answered ${JSON.stringify(frame)}`);
    this.#check();
    return answer;
  }

  /** Follows keys from these cursors. */
  subscribe(keys: Readonly<Record<string, string>>): Promise<Frame> {
    return this.ask({ type: 'subscribe', keys });
  }

  send(frame: object | string): void {
    this.ws.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  /** Waits until so many frames of a type have come, and gives them. */
  async received(type: string, count: number): Promise<Frame[]> {
    await until(() => this.of(type).length >= count, {
      message: `${count} of ${type}; there are ${JSON.stringify(this.frames).slice(-500)}`,
    });
    this.#check();
    return this.of(type);
  }

  /** Waits until it has ended, and gives its close code. */
  async ended(timeout = 20_000): Promise<number> {
    await until(() => this.closed !== null, { timeout, message: 'the WebSocket to end' });
    this.#check();
    return this.closed?.code ?? 0;
  }

  /** Goes away without a word. Idempotent. */
  close(): void {
    this.ws.terminate();
  }

  #check(): void {
    for (const frame of this.frames.slice(this.#checked)) descriptions.checkFrame(frame);
    this.#checked = this.frames.length;
  }
}
