import type { Route } from '../../metrics/meters.ts';
import type { Rights } from '../../tokens/rights.ts';
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

  handle(res: CometResponse, query: string): Promise<void> {
    const { desk, responder, maxBodyBytes } = this.#context;
    return desk.admit(res.req, async (rights) => {
      const parameters = new Parameters(this.known);
      if (!(await readParameters(res, query, parameters, maxBodyBytes))) {
        responder.left(res);
        return;
      }
      parameters.check();
      const attempt = this.publish(parameters, rights);
      responder.json(res, Rendered.json(await desk.count(attempt)));
    });
  }

  /** Throws at once what is wrong with the parameters or isn't allowed; resolves to the answer once the engine has taken it. */
  protected abstract publish(parameters: Parameters, rights: Rights): Promise<object>;
}
