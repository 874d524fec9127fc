import { type Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { AnswerCheck } from './answer-check.ts';

/** Each answer that a test sees is held against the OpenAPI descriptions. */
const descriptions = new AnswerCheck();

export interface RequestOptions {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** Without one every request has a connection of its own. Who gives one destroys it. */
  readonly agent?: Agent;
  /** Ends the request and its connection, as a client that goes away. */
  readonly signal?: AbortSignal;
  readonly host?: string;
  readonly method?: string;
}

export interface PostOptions extends RequestOptions {
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Sent as `application/json`. */
  readonly json?: unknown;
  /** Sent as it is; give the content type in `headers`. */
  readonly body?: string | Buffer;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** The body as JSON. */
  json<T = Record<string, unknown>>(): T;
}

/** `path` carries the query. */
export function get(port: number, path: string, options: RequestOptions = {}): Promise<Answer> {
  return send(port, path, { method: 'GET', ...options }, undefined);
}

export function post(port: number, path: string, options: PostOptions = {}): Promise<Answer> {
  const { form, json, body, ...rest } = options;
  const [type, bytes] =
    form !== undefined
      ? ['application/x-www-form-urlencoded', new URLSearchParams(form).toString()]
      : json !== undefined
        ? ['application/json', JSON.stringify(json)]
        : [undefined, body ?? ''];
  const headers = { ...(type === undefined ? {} : { 'content-type': type }), ...rest.headers };
  return send(port, path, { method: 'POST', ...rest, headers }, bytes);
}

function send(port: number, path: string, options: RequestOptions, body: string | Buffer | undefined): Promise<Answer> {
  const { host = '127.0.0.1', method = 'GET', headers = {}, agent, signal } = options;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host,
        port,
        path,
        method,
        headers: { ...length, ...headers },
        agent: agent ?? false,
        ...(signal === undefined ? {} : { signal }),
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const text = Buffer.concat(chunks).toString();
          const answer = { status: incoming.statusCode ?? 0, headers: incoming.headers, body: text };
          try {
            descriptions.check(method, path, answer);
            resolve({ ...answer, json: <T>() => JSON.parse(text) as T });
          } catch (error) {
            reject(error as Error);
          }
        });
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

export interface RawOptions {
  /** Resolves as soon as so many bytes have come; without it, when the other side closes. */
  readonly bytes?: number;
  /** Milliseconds until it gives up; 10 s unless told. */
  readonly timeout?: number;
}

/** Sends bytes over a connection of its own and gives what came back, as Latin-1 text: one character a byte. */
export function raw(port: number, bytes: string | Buffer, options: RawOptions = {}): Promise<string> {
  const { bytes: enough = Number.POSITIVE_INFINITY, timeout = 10_000 } = options;
  return new Promise((resolve, reject) => {
    let received = '';
    const socket = connect(port, '127.0.0.1');
    const settle = (error?: Error) => {
      socket.destroy();
      if (error === undefined) resolve(received);
      else reject(error);
    };
    socket.setEncoding('latin1');
    socket.setTimeout(timeout, () =>
      settle(new Error(`port ${port} was silent for ${timeout} ms after "${received}"`)),
    );
    socket.on('data', (text: string) => {
      received += text;
      if (received.length >= enough) settle();
    });
    // A reset after an answer is how a server that stops reading a body closes: the answer counts.
    socket.once('error', (error) => settle(received === '' ? error : undefined));
    socket.once('close', () => settle());
    socket.write(bytes);
  });
}
