import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Rights } from '../../tokens/rights.ts';
import { checkSetting } from '../access/key-check.ts';
import { readName } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { type PublishContext, PublishEndpoint } from './publish-endpoint.ts';

/** `/delete`: forgets a key. Waiters stay; the next entry begins a new epoch. */
export class DeleteEndpoint extends PublishEndpoint {
  override readonly route = 'delete';
  protected override readonly known: ReadonlySet<ParameterName> = new Set(['key']);
  readonly #config: Config;
  readonly #engine: Engine;

  constructor(config: Config, engine: Engine, context: PublishContext) {
    super(context);
    this.#config = config;
    this.#engine = engine;
  }

  protected override publish(parameters: Parameters, rights: Rights): Promise<object> {
    const key = readName(parameters, 'key', this.#config.maxKeyBytes);
    checkSetting(rights, key);
    return this.#remove(key);
  }

  async #remove(key: string): Promise<object> {
    await this.#engine.remove(key);
    return { error_code: 0 };
  }
}
