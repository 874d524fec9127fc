import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Rights } from '../../tokens/rights.ts';
import { checkSetting } from '../access/key-check.ts';
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

  protected override publish(parameters: Parameters, rights: Rights): Promise<object> {
    const set = readSet(parameters, this.#config);
    checkSetting(rights, set.key);
    return performSet(this.#engine, set);
  }
}
