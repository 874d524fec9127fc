import { CATALOGUE, type CometError } from '../../errors.ts';
import type { Cursor } from '../../hub/cursor.ts';
import type { Entry } from '../../hub/entry.ts';
import type { Hub } from '../../hub/hub.ts';
import { Listener } from '../../hub/listener.ts';
import type { Part } from '../../hub/part.ts';
import type { PollOutcome } from '../../metrics/meters.ts';
import type { CometResponse, Parked } from '../answer/comet-response.ts';
import { Rendered } from '../answer/rendered.ts';
import type { PollContext } from './poll-endpoint.ts';

/** `asking` every key what there is, `entering` them to wait, `waiting` for the first that moves. */
type Phase = 'asking' | 'entering' | 'waiting';

/**
 * One long poll of several keys. First every key is asked once, so that all there is comes in one answer; if there is
 * nothing it waits for all of them, and the first that moves answers it.
 */
export class SeveralPoll extends Listener implements Parked {
  readonly #context: PollContext;
  readonly #res: CometResponse;
  readonly #all: boolean;
  /** Its client knows of nothing yet: nothing can have been missed. */
  readonly #isFirst: boolean;
  /** What is answered of the keys that have moved. */
  readonly #moved = new Map<Part, object>();
  /** Keys that are gone, with where a time-out puts them. Where there is an answer they stay, so that it is told later. */
  readonly #gone = new Map<Part, string>();
  #phase: Phase = 'asking';
  /** Keys that were asked and have not answered yet. */
  #asked = 0;
  /** Entries, and characters of their values, among what has moved. */
  #entries = 0;
  #size = 0;
  /** Milliseconds. */
  #timeout = 0;

  constructor(
    context: PollContext,
    hub: Hub,
    res: CometResponse,
    keys: readonly string[],
    cursors: readonly (Cursor | null)[],
    all: boolean,
  ) {
    super(hub, keys, cursors, all);
    this.#context = context;
    this.#res = res;
    this.#all = all;
    this.#isFirst = cursors.every((cursor) => cursor === null);
  }

  /** `timeout` in milliseconds; 0 never parks. */
  start(timeout: number, fresh: boolean): void {
    this.#timeout = timeout;
    this.#asked = this.parts.length;
    for (const part of this.parts) {
      if (this.closed) return;
      this.ask(part, fresh);
    }
  }

  override onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void {
    // What there is beyond the bound is left for the next poll, which gets it at once.
    if (this.#size <= this.#context.config.maxStreamBytes) this.#take(part, entries, recovered);
    this.#next();
  }

  override onQuiet(part: Part, cursor: string, recovered: boolean | undefined): void {
    if (recovered === false) this.#gone.set(part, cursor);
    else part.standAt(cursor);
    this.#next();
  }

  override onRefused(part: Part, error: CometError): void {
    // An engine out of reach doesn't end a poll that has a cursor: it waits, as one of a single key does.
    const isPatient = this.#phase === 'asking' && part.after !== null && !this.#isOnce;
    if (isPatient && CATALOGUE[error.code].retryable) this.#next();
    else {
      this.#settle('error');
      this.#context.responder.error(this.#res, error);
    }
  }

  /** Its next expiry is its end anyway. */
  override drain(): void {}

  override expire(): void {
    for (const part of this.parts) part.expire();
    this.#timeOut();
  }

  leave(): void {
    this.#settle('gone');
    this.#context.responder.left(this.#res);
  }

  get #isOnce(): boolean {
    return this.#timeout === 0 || this.hub.draining;
  }

  #take(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void {
    const newest = entries.at(-1) as Entry;
    const { key, value, cursor } = newest;
    part.moveTo(newest);
    this.#entries += entries.length;
    for (const entry of entries) this.#size += entry.value.length;
    this.#moved.set(part, {
      key,
      value,
      cursor,
      entries: this.#all ? entries.map((entry) => ({ cursor: entry.cursor, value: entry.value })) : undefined,
      recovered: this.#isFirst ? undefined : recovered,
    });
  }

  #next(): void {
    if (this.#phase === 'asking') {
      this.#asked--;
      if (this.#asked > 0) return;
      if (this.#moved.size > 0) this.#answer();
      else if (this.#isOnce) this.#timeOut();
      else this.#wait();
    } else if (this.#phase === 'waiting' && this.#moved.size > 0) this.#answer();
  }

  #wait(): void {
    this.#phase = 'entering';
    this.#gone.clear();
    for (const part of this.parts) {
      this.follow(part);
      if (this.closed) return;
    }
    this.#phase = 'waiting';
    if (this.#moved.size > 0) this.#answer();
    else this.hub.schedule(this, this.#timeout);
  }

  /** In the order of the keys. */
  #answer(): void {
    this.#settle('value');
    this.#context.meters.deliveries += this.#entries;
    const moved = this.parts.flatMap((part) => this.#moved.get(part) ?? []);
    this.#context.responder.json(this.#res, Rendered.json({ error_code: 0, cursor: this.cursor, moved }));
  }

  #timeOut(): void {
    this.#settle('timeout');
    const recovered = this.#isFirst ? undefined : this.#gone.size === 0;
    for (const [part, cursor] of this.#gone) part.standAt(cursor);
    this.#context.responder.json(this.#res, Rendered.json({ error_code: 1, cursor: this.cursor, recovered }));
  }

  #settle(outcome: PollOutcome): void {
    this.close();
    this.#res.poll = null;
    this.#context.meters.polls.add(outcome);
  }
}
