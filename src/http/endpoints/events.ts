import { CometError } from '../../errors.ts';
import type { Hub } from '../../hub/hub.ts';
import type { Route } from '../../metrics/meters.ts';
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
  readonly #context: StreamContext;

  constructor(hub: Hub, context: PollContext) {
    this.#hub = hub;
    this.#context = { ...context, halted: new HaltedStreams(context.config.maxUnsentBytes) };
  }

  handle(res: CometResponse, query: string): undefined {
    const { maxKeyBytes, maxKeysPerListener } = this.#context.config;
    const parameters = new Parameters(KNOWN, 'key');
    parameters.addEncoded(query);
    parameters.check();
    const keys = readKeys(parameters, maxKeyBytes, maxKeysPerListener);
    const cursors = checkedCursors(position(res, parameters), keys.length);
    const stream = new EventStream(this.#context, this.#hub, res, keys, cursors);
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
