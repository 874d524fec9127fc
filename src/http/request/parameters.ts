import { CometError } from '../../errors.ts';
import { decodePercent } from './percent-encoding.ts';

/** Of every call; each one knows some of them. */
export type ParameterName =
  | 'key'
  | 'value'
  | 'ttl'
  | 'id'
  | 'count'
  | 'timeout'
  | 'after'
  | 'lastEventId'
  | 'all'
  | 'fresh'
  | 'jsonCallback'
  | 'uid'
  | 'sign'
  | 'expires'
  | 'ack';

/**
 * Characters of a query or form that a parameter may keep in memory with it. The engine makes a piece of a text a
 * view into the whole, and a key is kept for as long as somebody waits for it, and longer.
 */
const MOST_RETAINED = 512;

/**
 * Of a query, or of a form: twice as many as any call has a use for. One that can't be decoded costs as much as fifty
 * that can, and a body has room for tens of thousands.
 */
const MOST_PARAMETERS = 2000;

/** Half of a surrogate pair alone: it has no UTF-8, so it can't be stored. Only JSON can hold one. */
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * The parameters of one request, wherever they stood. Names that the call doesn't know are ignored (cache busters such
 * as `_=123`). What is wrong with them is kept until `check`, so that the callback of a JSONP answer is known first.
 */
export class Parameters {
  readonly #known: ReadonlySet<string>;
  readonly #repeatable: ParameterName | null;
  /** What the repeatable one was given as after the first time. */
  #more: string[] | null = null;
  /** `null` for one that was given more than once: it counts as not given. */
  readonly #values = new Map<string, string | null>();
  #problem: CometError | null = null;

  /** `repeatable`: the one that may be given several times. */
  constructor(known: ReadonlySet<ParameterName>, repeatable: ParameterName | null = null) {
    this.#known = known;
    this.#repeatable = repeatable;
  }

  /** Adds a query string or form: `text` has one character a byte. */
  addEncoded(text: string): void {
    let count = 0;
    for (let start = 0; start < text.length; ) {
      const separator = text.indexOf('&', start);
      const end = separator < 0 ? text.length : separator;
      if (end > start) {
        if (++count > MOST_PARAMETERS) {
          this.#problem ??= tooMany();
          return;
        }
        this.#addPair(text.slice(start, end), text.length > MOST_RETAINED);
      }
      start = end + 1;
    }
  }

  add(name: string, value: string): void {
    if (!this.#known.has(name)) return;
    if (LONE_SURROGATE.test(value)) this.refuse(name, 'must be Unicode text');
    else if (!this.#values.has(name)) this.#values.set(name, value);
    else if (name === this.#repeatable) {
      this.#more ??= [];
      this.#more.push(value);
    } else {
      this.#values.set(name, null);
      this.#problem ??= new CometError('PARAMETER_REPEATED', { parameter: name });
    }
  }

  /** Keeps that a parameter, if the call knows it, has no readable value. */
  refuse(name: string, rule: string): void {
    if (this.#known.has(name)) this.#problem ??= invalid(name as ParameterName, rule);
  }

  get(name: ParameterName): string | undefined {
    return this.#values.get(name) ?? undefined;
  }

  /** What the repeatable one was given as after the first time; `null` when it was given once at most. */
  get more(): readonly string[] | null {
    return this.#more;
  }

  /** Throws the first thing that was wrong with any of them. */
  check(): void {
    if (this.#problem !== null) throw this.#problem;
  }

  /** `isLong`: what the pair was cut from is too long to be kept for its sake. */
  #addPair(pair: string, isLong: boolean): void {
    const equals = pair.indexOf('=');
    const name = decodePercent(equals < 0 ? pair : pair.slice(0, equals));
    if (name === null) return;
    const value = equals < 0 ? '' : decodePercent(pair.slice(equals + 1));
    if (value === null) this.refuse(name, 'must be percent-encoded UTF-8');
    else this.add(name, this.#known.has(name) && isLong ? detached(value) : value);
  }
}

/** `rule` completes "<name> …" and says what would be right. */
export function invalid(name: ParameterName, rule: string): CometError {
  return new CometError('PARAMETER_INVALID', { message: `${name} ${rule}.`, parameter: name });
}

function tooMany(): CometError {
  return new CometError('PARAMETER_INVALID', {
    message: `A query or a form has at most ${MOST_PARAMETERS} parameters.`,
  });
}

/** The same text with memory of its own. */
function detached(text: string): string {
  return Buffer.from(text).toString();
}
