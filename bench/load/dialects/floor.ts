import type { Dialect } from './dialect.ts';
import { type Fields, get, post } from './request.ts';

/** One key, no positions: the floor answers whoever is parked. */
export class Floor implements Dialect {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  poll(): string {
    return get('/get?key=k0', this.#fields);
  }

  positionIn(): string {
    return '';
  }

  publish(_: string, value: string): string {
    return post('/set', 'text/plain', value);
  }
}
