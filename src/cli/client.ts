import { readFileSync } from 'node:fs';
import { setting } from '../config/option.ts';
import type { Config } from '../config/options.ts';
import { text } from '../config/schemas.ts';
import { localUrl } from './address.ts';
import { report } from './command.ts';
import type { Io } from './io.ts';

/** Setting of every command that talks to a server. */
export const URL_SETTING = setting({
  schema: text(),
  fallback: '',
  help: 'Server to talk to, such as https://comet.example.org',
  placeholder: 'URL',
  fallbackText: 'the first worker of this configuration',
});

/** Setting of the commands that a token may be enough for. */
export const TOKEN_SETTING = setting({
  schema: text(),
  fallback: '',
  help: 'Token to send, as comet token prints it; @FILE reads it from a file, where other users do not see it',
  placeholder: 'TOKEN',
  fallbackText: 'the publish key, where one is needed',
});

/** What a server said. `retryAfter` in seconds: the same may succeed later; `null` when it won't. */
export type Answer = { readonly ok: true; readonly body: Readonly<Record<string, unknown>> } | Failure;

export interface Failure {
  readonly ok: false;
  readonly message: string;
  readonly retryAfter: number | null;
}

/** An answer that goes on for as long as the server and the one who asked want it to. */
export type Stream = { readonly ok: true; readonly body: ReadableStream<Uint8Array> } | Failure;

/** Between two attempts where the server doesn't say how long. */
const RETRY_SECONDS = 1;

/** A server's HTTP interface, for the commands. */
export class Client {
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #onRefused: string;

  /**
   * `key`, a token or a publish key, is given only where it is needed: public reading goes without. `onRefused` says
   * what to do where the server wants another one; empty where nothing is to be said.
   */
  constructor(base: string, key: string | null, onRefused: string) {
    this.#base = base.replace(/\/+$/, '');
    this.#onRefused = onRefused;
    this.#headers = key === null ? {} : { authorization: `Bearer ${key}` };
  }

  /** Never throws. `seconds` until it gives up. */
  async post(path: string, fields: Readonly<Record<string, string>>, seconds: number): Promise<Answer> {
    try {
      const response = await fetch(this.#base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...this.#headers },
        body: JSON.stringify(fields),
        redirect: 'error',
        signal: AbortSignal.timeout(Math.ceil(seconds * 1000)),
      });
      return toAnswer(response, await response.text(), this.#onRefused);
    } catch (error) {
      return this.#failure(error);
    }
  }

  /** Never throws; what it gives breaks when the signal is aborted. `path` with its query. */
  async open(path: string, signal: AbortSignal): Promise<Stream> {
    try {
      const headers = { accept: 'text/event-stream', ...this.#headers };
      const response = await fetch(this.#base + path, { headers, redirect: 'error', signal });
      const isStream = response.headers.get('content-type')?.startsWith('text/event-stream') === true;
      if (response.ok && isStream && response.body !== null) return { ok: true, body: response.body };
      const answer = toAnswer(response, await response.text(), this.#onRefused);
      return answer.ok ? { ok: false, message: 'this is no event stream', retryAfter: null } : answer;
    } catch (error) {
      return this.#failure(error);
    }
  }

  #failure(error: unknown): Failure {
    return { ok: false, message: `no answer from ${this.#base}: ${reason(error)}`, retryAfter: RETRY_SECONDS };
  }
}

/** Whom a command talks to, as its settings say, and what with. */
export interface Contact {
  readonly url: string;
  readonly token: string;
}

/** The client for `--url`, or for the first worker; `null` after telling what is wrong with the address or the token. */
export function clientOf(io: Io, config: Config, { url, token }: Contact, publishing: boolean): Client | null {
  const base = url === '' ? localUrl(config.host, config.port) : url;
  const key = publishing || config.reading === 'token' ? (config.publishKey[0] ?? null) : null;
  try {
    if (token !== '') return clientAt(io, base, readToken(token), '');
    const or = publishing ? 'set COMET_PUBLISH_KEY to that of the server, or ' : '';
    return clientAt(io, base, key, `${or}give --token`);
  } catch (error) {
    report(io, [{ place: '--token', message: (error as Error).message }]);
    return null;
  }
}

/** Throws with the reason if its file can't be read, or holds what is no token. */
function readToken(given: string): string {
  const token = given.startsWith('@') ? readFileSync(given.slice(1), 'utf8').trim() : given;
  if (!/^[\x21-\x7e]+$/.test(token)) throw new Error('must be a token, as comet token prints it');
  return token;
}

/** As `clientOf`, for the admin server, which asks for no key. */
export function adminClientOf(io: Io, { adminHost, adminPort }: Config, url: string): Client | null {
  return clientAt(io, url === '' ? localUrl(adminHost, adminPort) : url, null, '');
}

function clientAt(io: Io, base: string | null, key: string | null, onRefused: string): Client | null {
  if (base === null) {
    report(io, [{ place: '--url', message: 'is needed, for the configuration leaves the port to the system' }]);
    return null;
  }
  const parsed = URL.canParse(base) ? new URL(base) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.search !== '') {
    report(io, [{ place: '--url', message: 'must be the address of a server, such as http://127.0.0.1:8885' }]);
    return null;
  }
  return new Client(base, key, onRefused);
}

function toAnswer(response: Response, content: string, onRefused: string): Answer {
  const body = parseBody(content);
  if (response.ok && body !== null) return { ok: true, body };
  const { error, message } = body ?? {};
  const advice = response.status === 401 && onRefused !== '' ? `; ${onRefused}` : '';
  const told = typeof message === 'string' ? `${message} (${response.status} ${String(error)})${advice}` : null;
  const wait = Number(response.headers.get('retry-after') ?? RETRY_SECONDS);
  return {
    ok: false,
    message:
      told ?? `this is no comet server: status ${response.status}, ${content.length} characters that are not its JSON`,
    retryAfter: response.status === 503 || response.status === 429 ? wait : null,
  };
}

/** Every JSON answer of comet has an `error_code`. */
function parseBody(content: string): Readonly<Record<string, unknown>> | null {
  try {
    const body: unknown = JSON.parse(content);
    const object = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
    return typeof object.error_code === 'number' ? object : null;
  } catch {
    return null;
  }
}

/** `fetch` says "fetch failed" and keeps what happened in the cause. */
function reason(error: unknown): string {
  const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if (name === 'TimeoutError') return 'it took too long';
  return cause?.code === 'ECONNREFUSED' ? 'connection refused (is it running?)' : cause?.message || message;
}
