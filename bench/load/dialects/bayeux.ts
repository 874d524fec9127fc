import { Invalid } from '../../invalid.ts';
import type { Answer } from '../answer.ts';
import type { Ask, Dialect } from './dialect.ts';
import { type Fields, post } from './request.ts';

const CLIENT_ID = /"clientId":"([^"]+)"/g;

/** The Bayeux protocol, as Faye and CometD speak it; the position is the client's id. */
export class Bayeux implements Dialect {
  readonly #fields: Fields;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  async join(key: string, ask: Ask): Promise<string> {
    const handshake = { channel: '/meta/handshake', version: '1.0', supportedConnectionTypes: ['long-polling'] };
    const clientId = this.positionIn(await ask(this.#request(handshake)));
    await ask(this.#request({ channel: '/meta/subscribe', clientId, subscription: `/${key}` }));
    return clientId;
  }

  poll(_: string, clientId: string): string {
    return this.#request({ channel: '/meta/connect', clientId, connectionType: 'long-polling' });
  }

  positionIn({ text, body }: Answer): string {
    CLIENT_ID.lastIndex = body;
    const clientId = CLIENT_ID.exec(text)?.[1];
    if (clientId === undefined) throw new Invalid(`no client id: ${text.slice(body, body + 400)}`);
    return clientId;
  }

  publish(key: string, value: string): string {
    return this.#request({ channel: `/${key}`, data: value });
  }

  #request(message: object): string {
    return post('/bayeux', 'application/json', JSON.stringify(message), this.#fields);
  }
}
