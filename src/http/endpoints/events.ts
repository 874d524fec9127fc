import { CometError } from '../../errors.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Route } from '../../metrics/meters.ts';
import { Rights } from '../../tokens/rights.ts';
import type { Access } from '../access/access.ts';
import { checkReading } from '../access/key-check.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { checkedCursors, readKeys } from '../request/fields.ts';
import { type ParameterName, Parameters } from '../request/parameters.ts';
import type { Endpoint } from './endpoint.ts';
import { EventStream, type StreamContext } from './event-stream.ts';
import { HaltedStreams } from './halted-streams.ts';
import type { PollContext } from './poll-endpoint.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['key', 'after', 'lastEventId']);

/** `/events`: every entry of some keys, as server-sent events. */
export class EventsEndpoint implements Endpoint {
  readonly route: Route = 'events';
  readonly methods = ['GET'];
  readonly #hub: Hub;
  readonly #access: Access;
  readonly #context: StreamContext;

  constructor(hub: Hub, access: Access, context: PollContext) {
    this.#hub = hub;
    this.#access = access;
    this.#context = { ...context, halted: new HaltedStreams(context.config.maxUnsentBytes) };
  }

  handle(res: CometResponse, query: string): Promise<void> | undefined {
    const parameters = new Parameters(KNOWN, 'key');
    parameters.addEncoded(query);
    parameters.check();
    const rights = this.#access.reader(res.req, false);
    if (!(rights instanceof Rights)) return this.#afterCheck(res, parameters, rights);
    this.#begin(res, parameters, rights);
    return undefined;
  }

  async #afterCheck(res: CometResponse, parameters: Parameters, checked: Promise<Rights>): Promise<void> {
    const rights = await checked;
    if (res.gone) this.#context.responder.left(res);
    else this.#begin(res, parameters, rights);
  }

  #begin(res: CometResponse, parameters: Parameters, rights: Rights): void {
    const { maxKeyBytes, maxKeysPerListener } = this.#context.config;
    const keys = readKeys(parameters, maxKeyBytes, maxKeysPerListener);
    checkReading(rights, keys);
    const cursors = checkedCursors(position(res, parameters), keys.length);
    const stream = new EventStream(this.#context, this.#hub, res, keys, cursors, rights.remaining);
    res.poll = stream;
    if (this.#hub.draining) stream.refuse(new CometError('DRAINING'));
    else stream.start();
    if (res.poll !== null) res.park();
  }
}

/** Where the client stands. What its EventSource keeps by itself is newer than what the page put into the URL. */
function position(res: CometResponse, parameters: Parameters): string | undefined {
  const texts = [res.req.headers['last-event-id'], parameters.get('lastEventId'), parameters.get('after')];
  return texts.map((text) => String(text ?? '')).find((text) => text !== '');
}
