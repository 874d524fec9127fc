import type { Hub } from '../../hub/hub.ts';
import type { Rights } from '../../tokens/rights.ts';
import type { Access, RightsAnswer } from '../access/access.ts';
import { checkReading } from '../access/key-check.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { checkedCursors, readCursor, readFlag, readKeys, readName, readSeconds } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { GetPoll } from './get-poll.ts';
import { type PollContext, PollEndpoint } from './poll-endpoint.ts';
import { SeveralPoll } from './several-poll.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['key', 'timeout', 'after', 'all', 'fresh', 'jsonCallback']);

/** How several keys are polled; `timeout` in milliseconds. */
interface SeveralOptions {
  readonly all: boolean;
  readonly timeout: number;
  readonly fresh: boolean;
}

/** `/get`: waits for an entry of a key, or of one of several. */
export class GetEndpoint extends PollEndpoint {
  override readonly route = 'get';
  protected override readonly known = KNOWN;
  protected override readonly repeatable = 'key';
  readonly #hub: Hub;
  readonly #access: Access;

  constructor(hub: Hub, access: Access, context: PollContext) {
    super(context);
    this.#hub = hub;
    this.#access = access;
  }

  protected override rights(res: CometResponse): RightsAnswer {
    return this.#access.reader(res.req, res.callback !== null);
  }

  protected override poll(res: CometResponse, parameters: Parameters, rights: Rights): void {
    const { maxKeyBytes, getTimeout, getTimeoutMax } = this.context.config;
    const all = readFlag(parameters, 'all');
    const fresh = readFlag(parameters, 'fresh');
    const seconds = Math.min(readSeconds(parameters, 'timeout') ?? getTimeout, getTimeoutMax);
    // It ends with its token: the next poll is told.
    const timeout = Math.min(seconds * 1000, rights.remaining);
    if (parameters.more !== null) {
      const keys = readKeys(parameters, maxKeyBytes, this.context.config.maxKeysPerListener);
      checkReading(rights, keys);
      this.#pollSeveral(res, keys, parameters.get('after'), { all, timeout, fresh });
      return;
    }
    const key = readName(parameters, 'key', maxKeyBytes);
    checkReading(rights, [key]);
    const after = readCursor(parameters);
    const poll = new GetPoll(this.context, res, key, after, all);
    res.poll = poll;
    this.#hub.poll(poll, key, timeout, fresh);
  }

  #pollSeveral(res: CometResponse, keys: readonly string[], after: string | undefined, how: SeveralOptions): void {
    const cursors = checkedCursors(after, keys.length);
    const poll = new SeveralPoll(this.context, this.#hub, res, keys, cursors, how.all);
    res.poll = poll;
    poll.start(how.timeout, how.fresh);
  }
}
