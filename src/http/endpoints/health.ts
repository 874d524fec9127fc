import type { Route } from '../../metrics/meters.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { Rendered } from '../answer/rendered.ts';
import type { Responder } from '../answer/responder.ts';
import type { Readiness } from '../readiness.ts';
import type { Endpoint } from './endpoint.ts';

const METHODS = ['GET', 'HEAD'];

/** `/healthz`: the process answers, whatever its engine does. */
export class HealthEndpoint implements Endpoint {
  readonly route: Route = 'healthz';
  readonly methods = METHODS;
  readonly #responder: Responder;

  constructor(responder: Responder) {
    this.#responder = responder;
  }

  handle(res: CometResponse): undefined {
    this.#responder.json(res, Rendered.json({ error_code: 0 }));
  }
}

/** `/readyz`: it is able to deliver, or 503 with the reason why not. */
export class ReadyEndpoint implements Endpoint {
  readonly route: Route = 'readyz';
  readonly methods = METHODS;
  readonly #readiness: Readiness;
  readonly #responder: Responder;

  constructor(readiness: Readiness, responder: Responder) {
    this.#readiness = readiness;
    this.#responder = responder;
  }

  handle(res: CometResponse): undefined {
    const obstacle = this.#readiness.obstacle();
    if (obstacle === null) this.#responder.json(res, Rendered.json({ error_code: 0 }));
    else this.#responder.error(res, obstacle);
  }
}
