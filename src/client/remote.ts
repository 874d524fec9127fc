import { refusalOf } from './comet-error.ts';
import { type Signals, within } from './deadline.ts';

/**
 * What is sent as `Authorization: Bearer`: a token or a publish key, or a function that gives the one to use now. It is
 * asked before each request, and once more, with `true`, when the server refused what it gave.
 */
export type Token = string | ((refused: boolean) => Promise<string>);

/** Parameters of a request; in pairs where a name comes several times. */
export type Fields = Record<string, string> | [name: string, value: string][];

export interface RemoteOptions {
  /** A publish key, on a server; a token, in a page; or a function that gives the one to use now. */
  readonly token?: Token;
  /** Whether cookies go to another origin, as in `fetch`. */
  readonly credentials?: RequestCredentials;
  /** `events-heartbeat` of the server, in milliseconds; 15,000 unless told. Three without a word: connect anew. */
  readonly heartbeat?: number;
}

/** Milliseconds that an answer may take besides the time that the server was asked to wait. */
const GRACE_MS = 10_000;
const HEARTBEAT_MS = 15_000;

/** The server, as its clients see it. */
export class Remote {
  readonly base: string;
  /** Milliseconds. */
  readonly heartbeat: number;
  readonly #token: (refused: boolean) => Promise<string | undefined>;
  readonly #credentials: RequestCredentials;

  /** `url` may be relative to the page. Throws a `TypeError` if it is none. */
  constructor(url: string | URL, { token, credentials = 'same-origin', heartbeat = HEARTBEAT_MS }: RemoteOptions) {
    this.base = new URL(url, globalThis.location?.href).href.replace(/\/?$/, '/');
    this.heartbeat = heartbeat;
    this.#token = typeof token === 'function' ? token : async () => token;
    this.#credentials = credentials;
  }

  /**
   * A call that answers in JSON, after `ms` if it is one that waits. Sent as a form, so that it needs no preflight and has
   * room for many keys.
   */
  ask<T>(path: string, fields: Fields, ms: number, ...signals: Signals): Promise<T> {
    return within(ms + GRACE_MS, signals, async (inner) => {
      const response = await this.#fetch(path, { method: 'POST', body: new URLSearchParams(fields), signal: inner });
      return (await response.json()) as T;
    });
  }

  /** An answer that comes bit by bit. */
  open(path: string, fields: Fields, signal: AbortSignal): Promise<Response> {
    return this.#fetch(`${path}?${new URLSearchParams(fields)}`, { signal });
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    for (let refused = false; ; refused = true) {
      const token = await this.#token(refused);
      const headers: HeadersInit = token ? { Authorization: `Bearer ${token}` } : {};
      const credentials = this.#credentials;
      const response = await fetch(this.base + path, { ...init, cache: 'no-store', credentials, headers });
      if (response.ok) return response;
      const error = await refusalOf(response);
      if (error.status !== 401 || refused) throw error;
    }
  }
}
