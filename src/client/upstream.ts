import { CometError, isPassing } from './comet-error.ts';
import { within } from './deadline.ts';
import { type Block, eventBlocks } from './event-blocks.ts';
import { type Cursors, fieldsOf, positionSteps, type Step } from './move.ts';
import { Pause } from './pause.ts';
import { poll } from './poll.ts';
import type { Remote } from './remote.ts';
import type { Audience, Source } from './source.ts';

/** What a server takes in one connection by default (`max-keys-per-listener`). Further keys are refused. */
const MOST_KEYS = 100;
/** Milliseconds in which changes of what is wanted are gathered. */
const GATHER_MS = 20;
/** In heartbeats: how long a stream may be silent, and how long it is polled instead where streams don't pass. */
const SILENCE = 3;
const POLL = 2;
const POLLED = 20;
/** The first block comes at once, unless a proxy keeps it: parts of a heartbeat. */
const FIRST_BLOCK = 3;

/** The one connection for all keys: an event stream, or long polls where streams don't pass. It goes on by cursor. */
export class Upstream implements Source {
  readonly #remote: Remote;
  readonly #audience: Audience;
  readonly #cursors = new Map<string, string>();
  readonly #pause = new Pause();
  #run = new AbortController();
  /** Milliseconds since 1970: no streams, and nothing at all, before then. */
  #pollUntil = 0;
  #silentUntil = 0;
  /** Milliseconds after which the server wants us back. */
  #retry = 0;

  constructor(remote: Remote, audience: Audience) {
    this.#remote = remote;
    this.#audience = audience;
  }

  follow(key: string, cursor?: string): void {
    let at = this.#cursors.get(key);
    if (!cursor) {
      // A connection that has other keys too goes on, and what it brings of this one is let pass.
      if (this.#cursors.delete(key) && this.#cursors.size === 0) this.close();
      return;
    }
    if (!at) {
      if (this.#cursors.size >= MOST_KEYS || Date.now() < this.#silentUntil) return;
      at = cursor;
      this.#cursors.set(key, at);
      this.#begin();
    }
    this.#audience.move({ key, from: at, to: at, missed: false });
  }

  close(): void {
    this.#cursors.clear();
    this.#run.abort();
  }

  /** Anew, with the keys that are wanted now. */
  #begin(): void {
    this.#run.abort();
    this.#run = new AbortController();
    const { signal } = this.#run;
    setTimeout(() => void this.#listen(signal), GATHER_MS);
  }

  async #listen(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isPolling = Date.now() < this.#pollUntil;
      try {
        const asked = new Map(this.#cursors);
        await (isPolling ? this.#poll(asked, signal) : this.#stream(asked, signal));
      } catch (error) {
        if (signal.aborted) return;
        this.#audience.state('down', error);
        if (isPolling && !isPassing(error)) {
          this.#silentUntil = this.#later(POLL);
          this.close();
          this.#audience.state('lost', error);
        }
        await this.#pause.after(error, signal);
      }
    }
  }

  async #poll(asked: Cursors, signal: AbortSignal): Promise<void> {
    const steps = await poll(this.#remote, asked, true, POLL * this.#remote.heartbeat, signal);
    this.#heard();
    for (const step of steps) this.#take(step);
  }

  /** Ends with an error, always: it says when the next one may begin. */
  async #stream(asked: Cursors, signal: AbortSignal): Promise<never> {
    const { heartbeat } = this.#remote;
    let isOpen = false;
    let cause: unknown;
    try {
      await within(heartbeat / FIRST_BLOCK, [signal], async (inner, extend) => {
        const { body } = await this.#remote.open('events', fieldsOf(asked), inner);
        for await (const block of eventBlocks(body as ReadableStream<BufferSource>)) {
          if (inner.aborted) return;
          isOpen = true;
          extend(SILENCE * heartbeat);
          this.#read(block, asked);
        }
        // A page, say: something on the way has no such path.
        if (!isOpen) throw new CometError('This is no event stream.', 404);
      });
    } catch (error) {
      if (!isPassing(error) || (error instanceof CometError && error.status === 0))
        this.#pollUntil = this.#later(POLLED);
      if (!isOpen || error instanceof CometError) throw error;
      cause = error;
    }
    throw new CometError('The event stream ended.', 0, '', this.#retry, cause);
  }

  #read({ id, event, data, retry }: Block, asked: Cursors): void {
    if (retry) this.#retry = Number(retry);
    if (!data) {
      this.#heard();
      if (id) for (const step of positionSteps(asked, id, false)) this.#take(step);
      return;
    }
    const { key, value, cursor, recovered, status, error, message } = JSON.parse(data);
    if (event === 'entry') this.#take({ key, to: cursor, value, missed: recovered === false });
    else if (event === 'refused') throw new CometError(message, status, error, this.#retry);
  }

  #take(step: Step): void {
    const from = this.#cursors.get(step.key);
    if (!from || !step.to || from === step.to) return;
    this.#cursors.set(step.key, step.to);
    this.#audience.move({ ...step, from });
  }

  #heard(): void {
    this.#pause.reset();
    this.#audience.state('up');
  }

  #later(heartbeats: number): number {
    return Date.now() + heartbeats * this.#remote.heartbeat;
  }
}
