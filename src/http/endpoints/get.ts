import type { Hub } from '../../hub/hub.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { checkedCursors, readCursor, readFlag, readKeys, readName, readSeconds } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { GetPoll } from './get-poll.ts';
import { type PollContext, PollEndpoint } from './poll-endpoint.ts';
import { SeveralPoll } from './several-poll.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['key', 'timeout', 'after', 'all', 'fresh', 'jsonCallback']);

/** `/get`: waits for an entry of a key, or of one of several. */
export class GetEndpoint extends PollEndpoint {
  override readonly route = 'get';
  protected override readonly known = KNOWN;
  protected override readonly repeatable = 'key';
  readonly #hub: Hub;

  constructor(hub: Hub, context: PollContext) {
    super(context);
    this.#hub = hub;
  }

  protected override poll(res: CometResponse, parameters: Parameters): void {
    const { maxKeyBytes, getTimeout, getTimeoutMax } = this.context.config;
    const all = readFlag(parameters, 'all');
    const fresh = readFlag(parameters, 'fresh');
    const timeout = Math.min(readSeconds(parameters, 'timeout') ?? getTimeout, getTimeoutMax) * 1000;
    if (parameters.more !== null) {
      this.#pollSeveral(res, parameters, all, timeout, fresh);
      return;
    }
    const key = readName(parameters, 'key', maxKeyBytes);
    const after = readCursor(parameters);
    const poll = new GetPoll(this.context, res, key, after, all);
    res.poll = poll;
    this.#hub.poll(poll, key, timeout, fresh);
  }

  #pollSeveral(res: CometResponse, parameters: Parameters, all: boolean, timeout: number, fresh: boolean): void {
    const { maxKeyBytes, maxKeysPerListener } = this.context.config;
    const keys = readKeys(parameters, maxKeyBytes, maxKeysPerListener);
    const after = parameters.get('after');
    const poll = new SeveralPoll(this.context, this.#hub, res, keys, checkedCursors(after, keys.length), all);
    res.poll = poll;
    poll.start(timeout, fresh);
  }
}
