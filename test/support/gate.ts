import { Transform, type TransformCallback } from 'node:stream';

/** Between two drops of a trickle. */
const DRIP_MS = 10;

/** Passes bytes on, or holds them: while it is shut, and for a time. */
export class Gate extends Transform {
  #shut = false;
  #delay = 0;
  #trickle = 0;
  readonly #timers = new Set<NodeJS.Timeout>();
  /** What waits for the gate to open; the stream itself holds what is behind an undelayed chunk. */
  #held: (() => void)[] = [];

  /**
   * `delay` in milliseconds; it counts for chunks that come from now on, and must not shrink while they pass.
   * `trickle`: bytes that pass each 10 ms, 0 for all at once.
   */
  set(shut: boolean, delay: number, trickle = 0): void {
    this.#shut = shut;
    this.#delay = delay;
    this.#trickle = trickle;
    if (shut) return;
    for (const pass of this.#held.splice(0)) pass();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, pass: TransformCallback): void {
    if (this.#trickle > 0) {
      this.#release(() => this.#drip(chunk, pass));
      return;
    }
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

  /** `drops` that were due meanwhile: a busy process is late, and the rate stays as it is. */
  #drip(chunk: Buffer, pass: TransformCallback, drops = 1): void {
    const some = this.#trickle === 0 ? chunk.length : this.#trickle * drops;
    this.push(chunk.subarray(0, some));
    if (some >= chunk.length) {
      pass();
      return;
    }
    const since = performance.now();
    const due = () => Math.max(1, Math.floor((performance.now() - since) / DRIP_MS));
    this.#later(() => this.#drip(chunk.subarray(some), pass, due()), DRIP_MS);
  }

  #later(pass: () => void, ms = this.#delay): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#release(pass);
    }, ms);
    this.#timers.add(timer);
  }

  #release(pass: () => void): void {
    if (this.#shut) this.#held.push(pass);
    else pass();
  }
}
