import { timingSafeEqual } from 'node:crypto';

/** Bytes of a length before a key. */
const LENGTH_BYTES = 4;
/** Room for a key: more than anybody's has. */
const LEAST_ROOM = 256;

/**
 * Who may publish. Keys are compared in fields of one size, so that the time it takes tells nothing about a key, its
 * length included. (Of keys above 256 bytes it may tell the length of the longest.)
 */
export class PublishKeys {
  /** Everybody may publish, without a key. */
  readonly open: boolean;
  readonly #fields: readonly Buffer[];
  /** Where what is given is put; as large as a field. */
  readonly #given: Buffer;

  /** Without keys nobody may publish, unless it is `open` to all (try-out mode). */
  constructor(keys: readonly string[], open: boolean) {
    const size = LENGTH_BYTES + Math.max(LEAST_ROOM, ...keys.map((key) => Buffer.byteLength(key)));
    this.#fields = keys.map((key) => fill(Buffer.alloc(size), key));
    this.#given = Buffer.alloc(size);
    this.open = open;
  }

  /** Whether this is one of them. */
  admit(given: string): boolean {
    const field = fill(this.#given, given);
    let good = false;
    for (const known of this.#fields) if (timingSafeEqual(field, known)) good = true;
    return good;
  }
}

/** Its length, in characters, and as much of it as there is room for, with zeros behind it. */
function fill(field: Buffer, key: string): Buffer {
  field.writeUInt32BE(key.length);
  field.fill(0, LENGTH_BYTES + field.write(key, LENGTH_BYTES));
  return field;
}
