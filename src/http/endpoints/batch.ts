import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import { CometError } from '../../errors.ts';
import type { Route } from '../../metrics/meters.ts';
import type { Rights } from '../../tokens/rights.ts';
import { checkSetting } from '../access/key-check.ts';
import type { CometResponse } from '../answer/comet-response.ts';
import { errorBody } from '../answer/error-answer.ts';
import { Rendered } from '../answer/rendered.ts';
import { readJsonBody } from '../request/body.ts';
import { parseJsonList } from '../request/json-parameters.ts';
import type { Endpoint } from './endpoint.ts';
import type { PublishContext } from './publish-endpoint.ts';
import { performSet, readSet, SET_PARAMETERS, type SetRequest } from './set-request.ts';

/** `/batch`: many sets in one request, a result each. */
export class BatchEndpoint implements Endpoint {
  readonly route: Route = 'batch';
  readonly methods = ['POST'];
  readonly #config: Config;
  readonly #engine: Engine;
  readonly #context: PublishContext;

  constructor(config: Config, engine: Engine, context: PublishContext) {
    this.#config = config;
    this.#engine = engine;
    this.#context = context;
  }

  async handle(res: CometResponse): Promise<void> {
    const { desk, responder, maxBodyBytes } = this.#context;
    const rights = await desk.rights(res.req);
    desk.enter();
    let underWay = 1;
    try {
      const bytes = await readJsonBody(res, maxBodyBytes);
      if (bytes === null) {
        responder.left(res);
        return;
      }
      const sets = this.#read(bytes);
      desk.enter(sets.length - 1);
      underWay = sets.length;
      responder.json(res, await this.#perform(res, sets, rights));
    } finally {
      desk.leave(underWay);
    }
  }

  #read(bytes: Buffer): SetRequest[] {
    const list = parseJsonList(bytes, SET_PARAMETERS);
    // More than may ever be under way at once would be told to try again for ever.
    const most = Math.min(this.#config.maxBatchSets, this.#config.maxPublishes);
    if (list.length === 0 || list.length > most) {
      throw new CometError('BODY_INVALID', { message: `A batch holds 1 to ${most} sets.` });
    }
    return list.map((parameters, index) => {
      try {
        parameters.check();
        return readSet(parameters, this.#config);
      } catch (error) {
        throw located(error, index);
      }
    });
  }

  /** All are handed to the engine before any of them is awaited: they travel together, in their order. */
  async #perform(res: CometResponse, sets: readonly SetRequest[], rights: Rights): Promise<Rendered> {
    const { responder } = this.#context;
    const outcomes = await Promise.allSettled(sets.map((set) => this.#set(set, rights)));
    const errors = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [CometError.of(outcome.reason)] : [],
    );
    const [first] = errors;
    if (first !== undefined && errors.length === sets.length && errors.every(({ code }) => code === first.code)) {
      throw first;
    }
    for (const error of errors) if (error.code === 'INTERNAL') responder.note(res, error);
    const results = outcomes.map((outcome) =>
      outcome.status === 'fulfilled' ? outcome.value : errorBody(CometError.of(outcome.reason)),
    );
    return Rendered.json({ error_code: 0, failed: errors.length, results });
  }

  /** One that isn't allowed is refused alone, as one that fails: the others are none of its business. */
  async #set(set: SetRequest, rights: Rights): Promise<object> {
    checkSetting(rights, set.key);
    return await this.#context.desk.count(performSet(this.#engine, set));
  }
}

/** The same error, with the place in the list of the set that has it. */
function located(error: unknown, index: number): unknown {
  if (!(error instanceof CometError)) return error;
  const place = `[${index}]`;
  return new CometError(error.code, {
    message: `${place}: ${error.message}`,
    parameter: error.parameter === undefined ? place : `${place}.${error.parameter}`,
  });
}
