/**
 * What `JSON.parse` doesn't tell of a text. Where it stops being JSON: its error says so on some releases of Node only, and
 * quotes the text, which may hold secrets. And which names it has: of two alike the last one wins there.
 */

/** Nobody nests a configuration deeper; the scan does with a small stack. */
const MAX_DEPTH = 100;

export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** Where the first thing stands that doesn't belong there, or `null` if the text is JSON. */
export function findSyntaxError(text: string): Position | null {
  const scan = new Scan(text);
  if (scan.value() && scan.end()) return null;
  const lines = text.slice(0, scan.offset).split('\n');
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}

/** Names of the outermost object of a text that is JSON, each as often as it stands there. */
export function outerNames(text: string): readonly string[] {
  const scan = new Scan(text);
  scan.value();
  return scan.outerNames;
}

/** Each method goes past what it names, or returns false and leaves `offset` at what stands there instead. */
class Scan {
  offset = 0;
  readonly outerNames: string[] = [];
  readonly #text: string;
  readonly #space = /[ \t\r\n]*/y;
  readonly #string = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/uy;
  readonly #atom = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
    this.#skip(this.#space);
  }

  value(): boolean {
    if (this.#punctuation('{')) return this.#items('}', () => this.#member());
    if (this.#punctuation('[')) return this.#items(']', () => this.value());
    return this.#token(this.#string) || this.#token(this.#atom);
  }

  end(): boolean {
    return this.offset === this.#text.length;
  }

  #member(): boolean {
    const start = this.offset;
    if (!this.#token(this.#string)) return false;
    if (this.#depth === 1) this.outerNames.push(JSON.parse(this.#text.slice(start, this.offset)));
    return this.#punctuation(':') && this.value();
  }

  #items(close: string, item: () => boolean): boolean {
    if (++this.#depth > MAX_DEPTH) return false;
    const closed = this.#list(close, item);
    this.#depth--;
    return closed;
  }

  #list(close: string, item: () => boolean): boolean {
    if (this.#punctuation(close)) return true;
    do {
      if (!item()) return false;
    } while (this.#punctuation(','));
    return this.#punctuation(close);
  }

  #punctuation(character: string): boolean {
    if (this.#text[this.offset] !== character) return false;
    this.offset++;
    return this.#skip(this.#space);
  }

  #token(pattern: RegExp): boolean {
    return this.#skip(pattern) && this.#skip(this.#space);
  }

  #skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.offset;
    if (!pattern.test(this.#text)) return false;
    this.offset = pattern.lastIndex;
    return true;
  }
}
