import { CometError } from '../../errors.ts';
import type { Hub } from '../../hub/hub.ts';
import { Rights } from '../../tokens/rights.ts';
import type { Access, RightsAnswer } from '../access/access.ts';
import type { MailboxSigns } from '../access/mailbox-signs.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { readAck, readName, readSeconds } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { MailboxRequest } from './mailbox-request.ts';
import { type PollContext, PollEndpoint } from './poll-endpoint.ts';

const KNOWN: ReadonlySet<ParameterName> = new Set(['uid', 'sign', 'expires', 'timeout', 'ack', 'jsonCallback']);

/** `/`: takes the next message of a mailbox, or waits for it. */
export class MailboxEndpoint extends PollEndpoint {
  override readonly route = 'mailbox';
  protected override readonly known = KNOWN;
  readonly #hub: Hub;
  readonly #signs: MailboxSigns;
  readonly #access: Access;

  constructor(hub: Hub, signs: MailboxSigns, access: Access, context: PollContext) {
    super(context);
    this.#hub = hub;
    this.#signs = signs;
    this.#access = access;
  }

  /** Of a token, where no sign is given. */
  protected override rights(res: CometResponse, parameters: Parameters): RightsAnswer {
    if (parameters.get('sign') !== undefined) return Rights.none;
    return this.#access.owner(res.req, res.callback !== null);
  }

  protected override poll(res: CometResponse, parameters: Parameters, rights: Rights): void {
    const uid = this.#admitted(parameters, rights);
    const seconds = readSeconds(parameters, 'timeout') ?? Number.POSITIVE_INFINITY;
    // It ends with its token: the next poll is told.
    const timeout = Math.min(seconds * 1000, rights.remaining);
    const poll = new MailboxRequest(this.context, res, readAck(parameters), timeout);
    res.poll = poll;
    this.#hub.mailboxes.poll(poll, uid);
  }

  /** The uid, if the request may poll its mailbox. Whatever is wrong is the same 404, which tells nothing. */
  #admitted(parameters: Parameters, rights: Rights): string {
    if (rights.mailbox !== null && parameters.get('uid') === undefined) return rights.mailbox;
    const uid = nameOrNull(parameters, this.context.config.maxUidBytes);
    if (uid !== null && rights.owns(uid)) return uid;
    const sign = parameters.get('sign') ?? '';
    if (uid !== null && this.#signs.admit(uid, parameters.get('expires') ?? '', sign)) return uid;
    this.context.meters.refused.add('sign');
    throw new CometError('NOT_FOUND', {
      message: 'No mailbox for this request: uid, sign or expires is missing, wrong or past.',
    });
  }
}

function nameOrNull(parameters: Parameters, maxBytes: number): string | null {
  try {
    return readName(parameters, 'uid', maxBytes);
  } catch (error) {
    if (error instanceof CometError) return null;
    throw error;
  }
}
