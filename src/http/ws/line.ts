import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Meters } from '../../metrics/meters.ts';
import type { Halted, HaltedStreams } from '../endpoints/halted-streams.ts';

export interface LineOptions {
  /** Bytes that its client may leave untaken. */
  readonly maxBytes: number;
  readonly halted: HaltedStreams;
  readonly meters: Meters;
}

export interface LineEvents {
  /** The client has taken everything after the line had halted. */
  flowing(): void;
  /** It was cut, because its client is too slow. */
  cut(): void;
}

/**
 * One WebSocket as what is written to it. Above a bound of bytes that its client has not taken it halts: nothing more
 * ought to be written, and nothing is read until it flows again, so that a client which takes no answers can't ask on.
 */
export class Line implements Halted {
  readonly #ws: WebSocket;
  readonly #socket: Socket;
  readonly #options: LineOptions;
  readonly #events: LineEvents;
  #halted = false;
  #over = false;
  /** Reasons why nothing is read now. */
  #holds = 0;

  /** `socket` is the one that `ws` writes to. */
  constructor(ws: WebSocket, socket: Socket, options: LineOptions, events: LineEvents) {
    this.#ws = ws;
    this.#socket = socket;
    this.#options = options;
    this.#events = events;
    socket.on('drain', () => this.#flow());
  }

  get halted(): boolean {
    return this.#halted;
  }

  /** A message: its text, or its whole frame in bytes that are shared. After the end nothing is sent. */
  send(frame: string | Buffer): void {
    if (this.#over || this.#ws.readyState !== this.#ws.OPEN) return;
    this.#options.meters.webSocketFrames.add('out');
    // Without compression `ws` writes at once as well: nothing overtakes.
    if (typeof frame === 'string') this.#ws.send(frame, { binary: false }, ignore);
    else this.#socket.write(frame);
    if (this.#halted || this.#socket.writableLength <= this.#options.maxBytes) return;
    this.#halted = true;
    this.hold();
    this.#options.halted.add(this, this.#socket.writableLength);
  }

  ping(): void {
    if (this.#ws.readyState === this.#ws.OPEN) this.#ws.ping(undefined, undefined, ignore);
  }

  /** Reads nothing more until it is released as often as it was held; what has come already may still be told. */
  hold(): void {
    if (this.#holds++ === 0) this.#ws.pause();
  }

  release(): void {
    if (--this.#holds === 0) this.#ws.resume();
  }

  /** The last frame: the client is told why, and closes. */
  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    // While nothing is read its answer would not be.
    if (this.#holds > 0) this.#ws.resume();
  }

  /** Its client is too slow. A reset: what a close would still hand over stays in memory until the client has taken it. */
  cut(): void {
    this.destroy();
    this.#events.cut();
  }

  destroy(): void {
    this.#socket.resetAndDestroy();
  }

  /** Nothing more is sent, and it halts no more, whatever becomes of the connection. */
  leave(): void {
    this.#over = true;
    this.#unhalt();
  }

  #unhalt(): void {
    this.#halted = false;
    this.#options.halted.remove(this);
  }

  #flow(): void {
    if (!this.#halted) return;
    this.#unhalt();
    this.release();
    this.#events.flowing();
  }
}

/** What can't be written is told by the end of the connection. */
function ignore(): void {}
