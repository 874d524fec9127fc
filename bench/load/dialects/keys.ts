import type { Answer } from '../answer.ts';
import { PUBLISH_KEY } from '../secrets.ts';
import { type Dialect, TIMEOUT_SECONDS } from './dialect.ts';
import { type Fields, FORM, get, post } from './request.ts';

const AUTHORIZATION = `Authorization: Bearer ${PUBLISH_KEY}\r\n`;
const CURSOR = '"cursor": "';

/** `/get` and `/set`. */
export class Keys implements Dialect {
  readonly #fields: Fields;
  readonly #authorization: string;
  readonly #cursor: string;

  /** `isComet`: with the publish key, and JSON without blanks. */
  constructor(fields: Fields, isComet: boolean) {
    this.#fields = fields;
    this.#authorization = isComet ? AUTHORIZATION : '';
    this.#cursor = isComet ? CURSOR.replace(' ', '') : CURSOR;
  }

  poll(key: string, position: string): string {
    const after = position === '' ? '' : `&after=${position}`;
    return get(`/get?key=${key}&timeout=${TIMEOUT_SECONDS}${after}`, this.#fields);
  }

  positionIn({ text, body }: Answer): string {
    const start = text.indexOf(this.#cursor, body) + this.#cursor.length;
    return text.slice(start, text.indexOf('"', start));
  }

  publish(key: string, value: string): string {
    return post('/set', FORM, `key=${key}&value=${value}`, this.#authorization);
  }
}
