const LEAST_CAPACITY = 4096;

/**
 * Bytes that come in pieces, kept in one buffer that doubles. A list of the pieces would let a client that sends a
 * body in chunks of one byte have each byte kept as an object, a hundred times its size.
 */
export class ByteString {
  #buffer: Buffer = Buffer.alloc(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Shares memory with what is kept here: take it when nothing is appended any more. */
  get value(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  append(piece: Buffer): void {
    const length = this.#length + piece.length;
    // Most bodies come in one piece, which is kept as it is.
    if (this.#length === 0) this.#buffer = piece;
    else {
      if (length > this.#buffer.length) this.#grow(length);
      piece.copy(this.#buffer, this.#length);
    }
    this.#length = length;
  }

  #grow(length: number): void {
    const grown = Buffer.allocUnsafeSlow(Math.max(LEAST_CAPACITY, length, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#length);
    this.#buffer = grown;
  }
}
