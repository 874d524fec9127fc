import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { type PublishContext, PublishEndpoint } from './publish-endpoint.ts';
import { performSet, readSet, SET_PARAMETERS } from './set-request.ts';

/** `/set`: writes an entry to a key. */
export class SetEndpoint extends PublishEndpoint {
  override readonly route = 'set';
  protected override readonly known: ReadonlySet<ParameterName> = SET_PARAMETERS;
  readonly #config: Config;
  readonly #engine: Engine;

  constructor(config: Config, engine: Engine, context: PublishContext) {
    super(context);
    this.#config = config;
    this.#engine = engine;
  }

  protected override publish(parameters: Parameters): Promise<object> {
    return performSet(this.#engine, readSet(parameters, this.#config));
  }
}
