import { Invalid } from '../invalid.ts';

const END_OF_HEAD = '\r\n\r\n';
const LENGTH = /\r\ncontent-length: *(\d+)/i;

/** A whole answer, as Latin-1 text: a character a byte. */
export interface Answer {
  readonly text: string;
  /** Where the body begins. */
  readonly body: number;
}

/**
 * Reads answers off a connection on which only one can be under way. All servers here send a `Content-Length`. Throws
 * `Invalid` for whatever is not one whole, good answer.
 */
export class AnswerReader {
  #begun = '';

  /** The answer that this piece completes, null if more is to come. */
  read(piece: string): Answer | null {
    const text = this.#begun === '' ? piece : this.#begun + piece;
    const end = text.indexOf(END_OF_HEAD);
    const length = end === -1 ? null : lengthIn(text, end);
    const missing = length === null ? 1 : end + END_OF_HEAD.length + length - text.length;
    if (missing > 0) {
      this.#begun = text;
      return null;
    }
    if (missing < 0) throw new Invalid(`bytes after an answer: ${text.slice(missing)}`);
    // HTTP/1.1 2xx
    if (text.charCodeAt(9) !== 0x32) throw new Invalid(`not 2xx: ${text.slice(0, 400)}`);
    this.#begun = '';
    return { text, body: end + END_OF_HEAD.length };
  }
}

function lengthIn(text: string, end: number): number {
  const found = LENGTH.exec(text);
  if (found === null || found.index > end) throw new Invalid(`an answer without Content-Length: ${text.slice(0, 400)}`);
  return Number(found[1]);
}
