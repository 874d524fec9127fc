import { CATALOGUE, CometError } from '../../errors.ts';
import type { Cursor } from '../../hub/cursor.ts';
import type { Entry } from '../../hub/entry.ts';
import type { Hub } from '../../hub/hub.ts';
import { Listener } from '../../hub/listener.ts';
import type { Part } from '../../hub/part.ts';
import type { StreamEnd } from '../../metrics/meters.ts';
import type { CometResponse, Parked } from '../answer/comet-response.ts';
import {
  closingText,
  EVENT_STREAM_HEAD,
  entryText,
  HEARTBEAT,
  missedText,
  openingText,
  positionText,
  refusalText,
} from '../answer/event-text.ts';
import type { Halted, HaltedStreams } from './halted-streams.ts';
import type { PollContext } from './poll-endpoint.ts';

/** Heartbeats that a halted stream waits for its client. */
const PATIENCE = 2;
/** A stream lives from this share of `events-life` to all of it: those that began together don't end together. */
const LEAST_LIFE = 0.8;

/** What all event streams of a worker share. */
export interface StreamContext extends PollContext {
  readonly halted: HaltedStreams;
}

/**
 * A listener at the other end of an endless answer: every entry of its keys, in order, none twice. Above a bound of
 * bytes that its client has not taken it halts: keys that have news wait outside the hub and go on by cursor.
 */
export class EventStream extends Listener implements Parked, Halted {
  readonly #context: StreamContext;
  readonly #res: CometResponse;
  /** What is told before the head is out; `null` once it is. */
  #early: string | null;
  /** Keys that wait until the client has taken what there is. */
  readonly #held: Part[] = [];
  #halted = false;
  /** Heartbeats since it halted. */
  #beats = 0;
  /** When it ends, in milliseconds of `performance.now`: lateness of its heartbeats doesn't add up. */
  #endsAt: number;
  /** Its life ends because its token does. */
  readonly #expires: boolean;

  constructor(
    context: StreamContext,
    hub: Hub,
    res: CometResponse,
    keys: readonly string[],
    cursors: readonly (Cursor | null)[],
    allowedMs: number,
  ) {
    super(hub, keys, cursors, true);
    this.#context = context;
    this.#res = res;
    this.#early = openingText(this.cursor);
    const life = context.config.eventsLife * 1000 * (LEAST_LIFE + Math.random() * (1 - LEAST_LIFE));
    this.#expires = allowedMs < life;
    this.#endsAt = performance.now() + Math.min(life, allowedMs);
  }

  /** Begins to listen; the head goes out once every key was let in. */
  start(): void {
    for (const part of this.parts) {
      this.#enter(part);
      if (this.closed) return;
    }
    const { responder, meters } = this.#context;
    const res = this.#res;
    if (!responder.stream(res, EVENT_STREAM_HEAD)) {
      this.#finish();
      return;
    }
    const early = this.#early ?? '';
    this.#early = null;
    meters.streams++;
    res.on('drain', () => this.#goOn());
    this.#write(early);
    if (!this.#halted) this.#goOn();
    if (!this.closed) this.#schedule();
  }

  /** Ends it with an error, under the error's status if nothing was answered yet. */
  refuse(error: CometError): void {
    const { responder } = this.#context;
    const res = this.#res;
    const isOpen = this.#early === null;
    this.#finish(error.code === 'TOKEN_EXPIRED' ? 'expired' : 'error');
    if (isOpen) responder.note(res, error);
    // A browser's EventSource gives up for ever at any status but 200.
    const comesBack = CATALOGUE[error.code].retryable && res.req.headers.accept?.includes('text/event-stream') === true;
    if (isOpen || (comesBack && responder.stream(res, EVENT_STREAM_HEAD, error))) {
      responder.endStream(res, refusalText(error));
    } else responder.error(res, error);
  }

  override onNews(part: Part, entries: readonly Entry[], recovered: boolean | undefined): void {
    if (this.#isFull) {
      this.#held.push(part);
      return;
    }
    let missed = recovered === false;
    let text = missed ? missedText(part.key, this.cursor) : '';
    for (const entry of entries) {
      part.moveTo(entry);
      text += entryText(entry, this.cursor, missed);
      missed = false;
    }
    this.#context.meters.deliveries += entries.length;
    this.#write(text);
    if (!this.closed) this.#enter(part);
  }

  override onQuiet(part: Part, cursor: string): void {
    part.standAt(cursor);
    if (this.parts.every((other) => other.cursor !== '')) this.#write(positionText(this.cursor));
    if (!this.closed) this.follow(part);
  }

  override onRefused(_part: Part, error: CometError): void {
    this.refuse(error);
  }

  override drain(): void {
    this.#endsAt = 0;
  }

  /** A heartbeat, or the end. */
  override expire(): void {
    if (this.#halted && ++this.#beats >= PATIENCE) this.cut();
    else if (performance.now() < this.#endsAt) {
      if (!this.#halted) this.#write(HEARTBEAT);
      if (!this.closed) this.#schedule();
    } else this.#end();
  }

  leave(): void {
    this.#finish('gone');
  }

  /** A reset: what a close would still hand over stays in memory until the client has taken it. */
  cut(): void {
    this.#finish('slow');
    this.#res.socket?.resetAndDestroy();
  }

  get #isFull(): boolean {
    return this.#early === null ? this.#halted : this.#early.length > this.#context.config.maxStreamBytes;
  }

  /** Of a key of which nothing is known yet it has to be known first whether there is anything: then it can be missed. */
  #enter(part: Part): void {
    if (part.after === null) this.ask(part, false);
    else this.follow(part);
  }

  #write(text: string): void {
    if (this.#early !== null) {
      this.#early += text;
      return;
    }
    const res = this.#res;
    if (res.write(text) || this.#halted || res.writableLength <= this.#context.config.maxStreamBytes) return;
    this.#halted = true;
    this.#beats = 0;
    this.#context.halted.add(this, res.writableLength);
  }

  /** The client has taken everything: on with the keys that waited for that. */
  #goOn(): void {
    this.#halted = false;
    this.#context.halted.remove(this);
    for (const part of this.#held.splice(0)) {
      if (this.closed) return;
      this.#enter(part);
    }
  }

  #schedule(): void {
    const left = Math.max(0, this.#endsAt - performance.now());
    this.hub.schedule(this, Math.min(left, this.#context.config.eventsHeartbeat * 1000));
  }

  #end(): void {
    if (this.#halted) this.cut();
    else if (this.#expires && !this.hub.draining) this.refuse(new CometError('TOKEN_EXPIRED'));
    else {
      this.#finish(this.hub.draining ? 'drain' : 'life');
      this.#context.responder.endStream(this.#res, closingText());
    }
  }

  /** Counted under `end` if it was open. */
  #finish(end?: StreamEnd): void {
    const { halted, meters } = this.#context;
    this.close();
    halted.remove(this);
    this.#res.poll = null;
    if (this.#early !== null || end === undefined) return;
    meters.streams--;
    meters.streamEnds.add(end);
  }
}
