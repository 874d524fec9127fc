/** A stream whose client is slow to take what was written to it. */
export interface Halted {
  /** Ends it at once: its client comes back by cursor. */
  cut(): void;
}

/**
 * What all halted streams of a worker have waiting in memory, together bounded: above it the one that was halted first
 * is cut.
 */
export class HaltedStreams {
  readonly #maxBytes: number;
  /** Bytes by stream, in the order in which they were halted. */
  readonly #streams = new Map<Halted, number>();
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(stream: Halted, bytes: number): void {
    this.#streams.set(stream, bytes);
    this.#bytes += bytes;
    for (const oldest of this.#streams.keys()) {
      if (this.#bytes <= this.#maxBytes) return;
      this.remove(oldest);
      oldest.cut();
    }
  }

  /** Does nothing for one that is not halted. */
  remove(stream: Halted): void {
    this.#bytes -= this.#streams.get(stream) ?? 0;
    this.#streams.delete(stream);
  }
}
