import type { Config } from '../../config/options.ts';
import type { Meters, Route } from '../../metrics/meters.ts';
import { Rights } from '../../tokens/rights.ts';
import type { RightsAnswer } from '../access/access.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { takeCallback } from '../answer/jsonp.ts';
import type { Responder } from '../answer/responder.ts';
import { readParameters } from '../request/body.ts';
import { type ParameterName, Parameters } from '../request/parameters.ts';
import type { Endpoint } from './endpoint.ts';

/** What all polls of a worker share. */
export interface PollContext {
  readonly config: Config;
  readonly meters: Meters;
  readonly responder: Responder;
}

/** A call that may wait: GET or POST, JSONP too. A GET is handled without a promise, but for a token not seen before. */
export abstract class PollEndpoint implements Endpoint {
  abstract readonly route: Route;
  readonly methods = ['GET', 'POST'];
  protected abstract readonly known: ReadonlySet<ParameterName>;
  /** The one that may be given several times. */
  protected readonly repeatable: ParameterName | null = null;
  protected readonly context: PollContext;

  constructor(context: PollContext) {
    this.context = context;
  }

  handle(res: CometResponse, query: string): Promise<void> | undefined {
    if (res.req.method === 'POST') return this.#afterBody(res, query);
    const parameters = new Parameters(this.known, this.repeatable);
    parameters.addEncoded(query);
    return this.#begin(res, parameters);
  }

  /** What its sender may do. Throws or rejects with why it may do nothing. */
  protected abstract rights(res: CometResponse, parameters: Parameters): RightsAnswer;

  /** Hands the poll to the hub as `res.poll`. Throws what is wrong with the parameters, or isn't allowed. */
  protected abstract poll(res: CometResponse, parameters: Parameters, rights: Rights): void;

  async #afterBody(res: CometResponse, query: string): Promise<void> {
    const parameters = new Parameters(this.known, this.repeatable);
    const isWhole = await readParameters(res, query, parameters, this.context.config.maxBodyBytes);
    if (!isWhole || res.gone) this.context.responder.left(res);
    else await this.#begin(res, parameters);
  }

  #begin(res: CometResponse, parameters: Parameters): Promise<void> | undefined {
    takeCallback(res, parameters);
    parameters.check();
    const rights = this.rights(res, parameters);
    if (!(rights instanceof Rights)) return this.#afterCheck(res, parameters, rights);
    this.#enter(res, parameters, rights);
    return undefined;
  }

  async #afterCheck(res: CometResponse, parameters: Parameters, checked: Promise<Rights>): Promise<void> {
    const rights = await checked;
    if (res.gone) this.context.responder.left(res);
    else this.#enter(res, parameters, rights);
  }

  #enter(res: CometResponse, parameters: Parameters, rights: Rights): void {
    this.poll(res, parameters, rights);
    // One that was settled at once needs to hear of nothing any more.
    if (res.poll !== null) res.park();
  }
}
