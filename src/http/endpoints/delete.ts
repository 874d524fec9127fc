import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
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

  protected override publish(parameters: Parameters): Promise<object> {
    return this.#remove(readName(parameters, 'key', this.#config.maxKeyBytes));
  }

  async #remove(key: string): Promise<object> {
    await this.#engine.remove(key);
    return { error_code: 0 };
  }
}
