import { Transform, type TransformCallback } from 'node:stream';

/** Passes bytes on, or holds them: while it is shut, and for a time. */
export class Gate extends Transform {
  #shut = false;
  #delay = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Passes the one chunk that waits for the gate to open; the stream itself holds those behind it. */
  #held: (() => void) | undefined;

  /** `delay` in milliseconds; it counts for chunks that come from now on. */
  set(shut: boolean, delay: number): void {
    this.#shut = shut;
    this.#delay = delay;
    if (shut) return;
    this.#held?.();
    this.#held = undefined;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, pass: TransformCallback): void {
    if (this.#delay === 0) this.#release(() => pass(null, chunk));
    else this.#timer = setTimeout(() => this.#release(() => pass(null, chunk)), this.#delay);
  }

  override _flush(end: TransformCallback): void {
    this.#release(() => end());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    clearTimeout(this.#timer);
    this.#held = undefined;
    done(error);
  }

  #release(pass: () => void): void {
    if (this.#shut) this.#held = pass;
    else pass();
  }
}
