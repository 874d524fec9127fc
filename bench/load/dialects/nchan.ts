import { Invalid } from '../../invalid.ts';
import type { Answer } from '../answer.ts';
import type { Dialect } from './dialect.ts';
import { type Fields, get, post } from './request.ts';

const MODIFIED = /\r\nLast-Modified: ([^\r]*)/;
const TAG = /\r\nEtag: ([^\r]*)/i;

/** Positions are message ids in two fields; the locations carry their time-out. */
export class Nchan implements Dialect {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  poll(key: string, position: string): string {
    return get(`/get?key=${key}`, position + this.#fields);
  }

  positionIn({ text }: Answer): string {
    const modified = MODIFIED.exec(text)?.[1];
    const tag = TAG.exec(text)?.[1];
    if (modified === undefined || tag === undefined) throw new Invalid(`no message id: ${text.slice(0, 400)}`);
    return `If-Modified-Since: ${modified}\r\nIf-None-Match: ${tag}\r\n`;
  }

  publish(key: string, value: string): string {
    return post(`/set?key=${key}`, 'text/plain', value);
  }
}
