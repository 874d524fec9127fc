import { Agent } from 'node:http';
import { type Answer, get, type PostOptions, post } from '../../test/support/http-client.ts';
import type { Address } from '../deployment/deployment.ts';
import { PUBLISH_KEY } from '../deployment/secrets.ts';
import type { Recorder } from '../history/recorder.ts';

export type Way = 'front' | 'direct';

export interface SiteOptions {
  readonly recorder: Recorder;
  /** nginx. */
  readonly front: Address;
  readonly workers: readonly Address[];
}

/** How much longer than a request may wait a client waits for its answer, milliseconds. */
const PATIENCE_MS = 8_000;

/** Where clients go, and for how long. */
export class Site {
  readonly recorder: Recorder;
  readonly #front: Address;
  readonly #workers: readonly Address[];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #end = new AbortController();

  constructor({ recorder, front, workers }: SiteOptions) {
    this.recorder = recorder;
    this.#front = front;
    this.#workers = workers;
  }

  /** All clients have to go: what is open is aborted. */
  close(): void {
    this.#end.abort();
    this.#agent.destroy();
  }

  get isClosed(): boolean {
    return this.#end.signal.aborted;
  }

  /** Aborted by `close`. */
  get end(): AbortSignal {
    return this.#end.signal;
  }

  /** nginx, or the workers in turn. */
  address(way: Way, turn: number): Address {
    return way === 'front' ? this.#front : (this.#workers[turn % this.#workers.length] as Address);
  }

  /** Rejects when the connection breaks, the run ends, or no answer comes in time. */
  get({ host, port }: Address, path: string, waitMs: number): Promise<Answer> {
    return get(port, path, { host, agent: this.#agent, signal: this.#within(waitMs) });
  }

  /** Publishes, with the key; rejects like `get`. */
  post({ host, port }: Address, path: string, form: NonNullable<PostOptions['form']>): Promise<Answer> {
    const headers = { authorization: `Bearer ${PUBLISH_KEY}` };
    return post(port, path, { host, form, headers, agent: this.#agent, signal: this.#within(0) });
  }

  #within(waitMs: number): AbortSignal {
    return AbortSignal.any([this.#end.signal, AbortSignal.timeout(waitMs + PATIENCE_MS)]);
  }
}
