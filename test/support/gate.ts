import { Transform, type TransformCallback } from 'node:stream';

/** Passes bytes on, or holds them: while it is shut, and for a time. */
export class Gate extends Transform {
  #shut = false;
  #delay = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** What waits for the gate to open; the stream itself holds what is behind an undelayed chunk. */
  #held: (() => void)[] = [];

  /** `delay` in milliseconds; it counts for chunks that come from now on, and must not shrink while they pass. */
  set(shut: boolean, delay: number): void {
    this.#shut = shut;
    this.#delay = delay;
    if (shut) return;
    for (const pass of this.#held.splice(0)) pass();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, pass: TransformCallback): void {
    if (this.#delay === 0) {
      this.#release(() => pass(null, chunk));
      return;
    }
    // Later, but no further apart: a long way, not a narrow one.
    this.#later(() => this.push(chunk));
    pass();
  }

  override _flush(end: TransformCallback): void {
    if (this.#timers.size > 0) this.#later(() => end());
    else this.#release(() => end());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#held = [];
    done(error);
  }

  #later(pass: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#release(pass);
    }, this.#delay);
    this.#timers.add(timer);
  }

  #release(pass: () => void): void {
    if (this.#shut) this.#held.push(pass);
    else pass();
  }
}
