import type { Route } from '../../metrics/meters.ts';
import { Rights } from '../../tokens/rights.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { Rendered } from '../answer/rendered.ts';
import type { Responder } from '../answer/responder.ts';
import { readParameters } from '../request/body.ts';
import { type ParameterName, Parameters } from '../request/parameters.ts';
import type { Endpoint } from './endpoint.ts';
import type { PublishDesk } from './publish-desk.ts';

export interface PublishContext {
  readonly desk: PublishDesk;
  readonly responder: Responder;
  readonly maxBodyBytes: number;
}

/** A call that changes something: POST only, for holders of a publish key or a token. */
export abstract class PublishEndpoint implements Endpoint {
  abstract readonly route: Route;
  readonly methods = ['POST'];
  protected abstract readonly known: ReadonlySet<ParameterName>;
  readonly #context: PublishContext;

  constructor(context: PublishContext) {
    this.#context = context;
  }

  /** One function and no more: what each layer of promises costs is seen in a set. */
  async handle(res: CometResponse, query: string): Promise<void> {
    const { desk, responder, maxBodyBytes } = this.#context;
    const found = desk.rights(res.req);
    const rights = found instanceof Rights ? found : await found;
    desk.enter();
    try {
      const parameters = new Parameters(this.known);
      if (await readParameters(res, query, parameters, maxBodyBytes)) {
        parameters.check();
        responder.json(res, Rendered.json(await desk.count(this.publish(parameters, rights))));
      } else responder.left(res);
    } finally {
      desk.leave();
    }
  }

  /** Throws at once what is wrong with the parameters or isn't allowed; resolves to the answer once the engine has taken it. */
  protected abstract publish(parameters: Parameters, rights: Rights): Promise<object>;
}
