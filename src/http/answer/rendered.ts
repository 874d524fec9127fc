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
  /** A text has one character a byte, so that head and body can go out as one Latin-1 string. */
  readonly body: string | Buffer;
  readonly type: string;
  /** Of the body, in bytes. */
  readonly length: number;

  constructor(type: string, body: string) {
    this.type = type;
    this.length = Buffer.byteLength(body);
    if (body.length >= LEAST_SHARED) this.body = Buffer.from(body);
    else this.body = this.length === body.length ? body : Buffer.from(body).toString('latin1');
  }

  /** The header fields for node:http, names and values in turn. */
  get head(): string[] {
    return [
      'Content-Type',
      this.type,
      'Content-Length',
      String(this.length),
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
    ];
  }

  /** The same as text. */
  get headText(): string {
    return `Content-Type: ${this.type}\r\nContent-Length: ${this.length}\r\nCache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n`;
  }

  /** Its body is in memory once, however many responses take it. */
  get isShared(): boolean {
    return typeof this.body !== 'string';
  }

  get text(): string {
    return typeof this.body === 'string' ? Buffer.from(this.body, 'latin1').toString() : this.body.toString();
  }

  static json(body: object): Rendered {
    return Rendered.jsonText(JSON.stringify(body));
  }

  static jsonText(body: string): Rendered {
    return new Rendered(JSON_TYPE, body);
  }
}
