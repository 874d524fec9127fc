import type { Hub } from '../../hub/hub.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { readCursor, readFlag, readName, readSeconds } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { GetPoll } from './get-poll.ts';
import { type PollContext, PollEndpoint } from './poll-endpoint.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['key', 'timeout', 'after', 'all', 'fresh', 'jsonCallback']);

/** `/get`: waits for an entry of a key. */
export class GetEndpoint extends PollEndpoint {
  override readonly route = 'get';
  protected override readonly known = KNOWN;
  readonly #hub: Hub;

  constructor(hub: Hub, context: PollContext) {
    super(context);
    this.#hub = hub;
  }

  protected override poll(res: CometResponse, parameters: Parameters): void {
    const { maxKeyBytes, getTimeout, getTimeoutMax } = this.context.config;
    const key = readName(parameters, 'key', maxKeyBytes);
    const after = readCursor(parameters);
    const all = readFlag(parameters, 'all');
    const fresh = readFlag(parameters, 'fresh');
    const timeout = Math.min(readSeconds(parameters, 'timeout') ?? getTimeout, getTimeoutMax) * 1000;
    const poll = new GetPoll(this.context, res, key, after, all);
    res.poll = poll;
    this.#hub.poll(poll, key, timeout, fresh);
  }
}
