import { IncomingMessage } from 'node:http';
import { ByteString } from './byte-string.ts';

/** Bytes of a body for which nobody has asked yet, above which no more are read from its connection. */
const MOST_HELD = 16_384;

/** Who is given the body of a request. */
export interface BodyTaker {
  piece(bytes: Buffer): void;
  /** That was all of it. */
  end(): void;
  /** The connection ended before. */
  gone(): void;
}

/**
 * A request that hands its body on as the parser has it, in the same turn of the event loop. Of the stream that
 * node:http makes of every request nothing is used: see docs/decisions/http-read.md.
 */
export class CometRequest extends IncomingMessage {
  /** Set by node:http and here: what still comes of the body is thrown away. */
  declare _dumped: boolean;
  #taker: BodyTaker | null = null;
  /** What came before anybody asked for it. */
  #held: ByteString | null = null;
  #isPaused = false;

  /** Hands the body over, what is there of it at once. To be called once. */
  handTo(taker: BodyTaker): void {
    const held = this.#held;
    this.#held = null;
    if (this.destroyed) {
      taker.gone();
      return;
    }
    this.#taker = taker;
    if (held !== null) taker.piece(held.value);
    if (this.complete) this.push(null);
    else this.#goOn();
  }

  /** Throws away what still comes of the body. */
  forgo(): void {
    this._dumped = true;
    this.#taker = null;
    this.#held = null;
    this.#goOn();
  }

  /** What the parser found: a piece of the body, or `null` for its end. False has it read no more for now. */
  override push(piece: Buffer | null): boolean {
    if (this.#taker !== null) {
      if (piece !== null) this.#taker.piece(piece);
      else {
        const taker = this.#taker;
        this.#taker = null;
        taker.end();
      }
      return true;
    }
    if (piece === null || this._dumped) return true;
    this.#held ??= new ByteString();
    this.#held.append(piece);
    this.#isPaused = this.#held.length > MOST_HELD;
    return !this.#isPaused;
  }

  /** node:http, once the request was answered and nobody has read its body: it would set a stream flowing. */
  _dump(): void {
    this.forgo();
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    const taker = this.#taker;
    this.#taker = null;
    taker?.gone();
    super._destroy(error, callback);
  }

  #goOn(): void {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this._read(0);
  }
}
