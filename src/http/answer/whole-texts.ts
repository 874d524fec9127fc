import { STATUS_CODES } from 'node:http';
import type { Rendered } from './rendered.ts';

/** Whole answers as text, head and body, as node:http writes them on a connection that it keeps. */
export class WholeTexts {
  /** What stands behind every head. */
  readonly #connection: string;
  #second = -1;
  #date = '';
  // The newest, for what goes out to many one after the other.
  #rendered: Rendered | null = null;
  #fields: readonly string[] | null = null;
  #status = 0;
  #text = '';

  /** `keepAlive`: seconds after which an idle connection is closed. */
  constructor(keepAlive: number) {
    this.#connection = `Connection: keep-alive\r\nKeep-Alive: timeout=${keepAlive}\r\n\r\n`;
  }

  /**
   * The body of `rendered` must be a text. `fields` are header fields besides, names and values in turn, of one
   * character a byte and without line ends: nothing checks them here.
   */
  of(status: number, rendered: Rendered, fields: readonly string[]): string {
    const second = Math.floor(Date.now() / 1000);
    const isSame = rendered === this.#rendered && fields === this.#fields && status === this.#status;
    if (isSame && second === this.#second) return this.#text;
    if (second !== this.#second) this.#date = `Date: ${new Date(second * 1000).toUTCString()}\r\n`;
    this.#second = second;
    this.#rendered = rendered;
    this.#fields = fields;
    this.#status = status;
    let text = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${rendered.headText}`;
    for (let index = 0; index < fields.length; index += 2) text += `${fields[index]}: ${fields[index + 1]}\r\n`;
    this.#text = `${text}${this.#date}${this.#connection}${rendered.body}`;
    return this.#text;
  }
}
