export const JSON_TYPE = 'application/json; charset=utf-8';
export const SCRIPT_TYPE = 'application/javascript; charset=utf-8';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

/**
 * Characters from which a body is kept as bytes. node:http copies a text for every response that takes it, and keeps
 * both until the client has taken all of it; bytes are shared by all of them.
 */
const LEAST_SHARED = 16_384;

/** A body with its header fields, ready to be written to one response or to thousands. */
export class Rendered {
  readonly body: string | Buffer;
  /** Names and values in turn; node:http takes an array without copying it. Not to be changed. */
  readonly head: string[];
  /** Of a text: ASCII is written as Latin-1, the same bytes for less work. */
  readonly encoding: 'latin1' | 'utf8';

  constructor(type: string, body: string) {
    const length = Buffer.byteLength(body);
    this.body = body.length < LEAST_SHARED ? body : Buffer.from(body);
    this.encoding = length === body.length ? 'latin1' : 'utf8';
    this.head = [
      'Content-Type',
      type,
      'Content-Length',
      String(length),
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
    ];
  }

  /** Its body is in memory once, however many responses take it. */
  get isShared(): boolean {
    return typeof this.body !== 'string';
  }

  get text(): string {
    return this.body.toString();
  }

  static json(body: object): Rendered {
    return new Rendered(JSON_TYPE, JSON.stringify(body));
  }
}
