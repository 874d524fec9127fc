import { createHmac } from 'node:crypto';
import { PUBLISH_KEY, SIGN_SECRET } from '../secrets.ts';
import { type Dialect, TIMEOUT_SECONDS } from './dialect.ts';
import { type Fields, FORM, get, post } from './request.ts';

const AUTHORIZATION = `Authorization: Bearer ${PUBLISH_KEY}\r\n`;
/** Unix seconds: 2100. */
const EXPIRES = '4102444800';

/** `/` and `/push`: the key is the uid. */
export class Mailbox implements Dialect {
  readonly #fields: Fields;
  readonly #isComet: boolean;
  readonly #signs = new Map<string, string>();

  /** `isComet`: with the publish key and signs. */
  constructor(fields: Fields, isComet: boolean) {
    this.#fields = fields;
    this.#isComet = isComet;
  }

  poll(uid: string): string {
    const sign = this.#isComet ? `&expires=${EXPIRES}&sign=${this.#sign(uid)}` : '';
    return get(`/?uid=${uid}&timeout=${TIMEOUT_SECONDS}${sign}`, this.#fields);
  }

  positionIn(): string {
    return '';
  }

  publish(uid: string, value: string): string {
    return post('/push', FORM, `uid=${uid}&value=${value}`, this.#isComet ? AUTHORIZATION : '');
  }

  #sign(uid: string): string {
    const known = this.#signs.get(uid);
    if (known !== undefined) return known;
    const sign = createHmac('sha256', SIGN_SECRET).update(`comet-mailbox-v1\0${uid}\0${EXPIRES}`).digest('hex');
    this.#signs.set(uid, sign);
    return sign;
  }
}
