import type { Hub } from '../../hub/hub.ts';
import { Lasting } from '../../hub/lasting.ts';
import type { Meters, WebSocketEnd } from '../../metrics/meters.ts';
import type { Line } from './line.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Heartbeats without a sign of life, or without anything taken, after which a client counts as gone. */
const PATIENCE = 2;
/** How long its end waits until it looks again whether all was answered. Milliseconds; the engine has a deadline. */
const BUSY_MS = 50;
/** A connection lives from this share of its longest life to all of it: those that began together don't end together. */
const LEAST_LIFE = 0.8;

/** What it is counted under, its close code (https://www.iana.org/assignments/websocket/) and the word to the client. */
const ENDS = {
  drain: ['drain', 1012, 'This worker is going away: come back with your cursors.'],
  life: ['life', 1001, 'This connection has lived its time: come back with your cursors.'],
  expired: ['expired', 1008, 'TOKEN_EXPIRED: come back with a new token and your cursors.'],
} as const;

export interface SessionOptions {
  readonly hub: Hub;
  readonly meters: Meters;
  readonly line: Line;
  readonly subscriptions: Subscriptions;
  /** Seconds between two pings. */
  readonly heartbeat: number;
  /** Seconds that it lives at most. */
  readonly life: number;
  /** Milliseconds for which its client has the rights that it came with. */
  readonly rightsMs: number;
  /** Something that its client has asked is not answered yet. */
  readonly isBusy: () => boolean;
}

/** The life of one WebSocket, from its handshake to the one end that it is counted under. */
export class Session extends Lasting {
  readonly #options: SessionOptions;
  /** Heartbeats since the last sign of life, or since the line halted. */
  #beats = 0;
  /** When it ends, in milliseconds of `performance.now`: lateness of its heartbeats doesn't add up. */
  #endsAt: number;
  /** Its life ends because its rights do. */
  readonly #expires: boolean;
  /** Nothing more is read, so that it can be ended once all was answered. */
  #closing = false;
  #ended = false;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
    const life = options.life * 1000 * (LEAST_LIFE + Math.random() * (1 - LEAST_LIFE));
    this.#expires = options.rightsMs < life;
    this.#endsAt = performance.now() + Math.min(life, options.rightsMs);
    options.meters.webSockets++;
    this.#schedule();
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** The client was heard of. */
  alive(): void {
    this.#beats = 0;
  }

  override drain(): void {
    this.#endsAt = 0;
  }

  /** A heartbeat, or the end. */
  override expire(): void {
    const { line } = this.#options;
    const isOver = performance.now() >= this.#endsAt;
    if (!isOver && ++this.#beats <= PATIENCE) {
      if (!line.halted) line.ping();
      this.#schedule();
    } else if (line.halted) line.cut();
    else if (isOver) this.#finish();
    else if (this.end('lost')) line.destroy();
  }

  /** Ends it with a word to the client. */
  close(end: WebSocketEnd, code: number, reason: string): void {
    if (this.end(end)) this.#options.line.close(code, reason);
  }

  /** It has ended; false if it had before. */
  end(end: WebSocketEnd): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    const { hub, meters, line, subscriptions } = this.#options;
    hub.forget(this);
    subscriptions.close();
    line.leave();
    meters.webSockets--;
    meters.webSocketEnds.add(end);
    return true;
  }

  /** What was begun is answered first. */
  #finish(): void {
    const { hub, line, isBusy } = this.#options;
    if (!this.#closing) line.hold();
    this.#closing = true;
    if (isBusy()) {
      hub.schedule(this, BUSY_MS);
      return;
    }
    const [end, code, reason] = ENDS[hub.draining ? 'drain' : this.#expires ? 'expired' : 'life'];
    this.close(end, code, reason);
  }

  #schedule(): void {
    const left = Math.max(0, this.#endsAt - performance.now());
    this.#options.hub.schedule(this, Math.min(left, this.#options.heartbeat * 1000));
  }
}
