import type { Config } from '../../config/options.ts';
import type { AppendOptions, Engine } from '../../engine/engine.ts';
import { CometError } from '../../errors.ts';
import { formatCursor } from '../../hub/cursor.ts';
import { readId, readName, readTtl, readValue } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { type PublishContext, PublishEndpoint } from './publish-endpoint.ts';

/** `/set`: writes an entry to a key. */
export class SetEndpoint extends PublishEndpoint {
  override readonly route = 'set';
  protected override readonly known: ReadonlySet<ParameterName> = new Set(['key', 'value', 'ttl', 'id']);
  readonly #config: Config;
  readonly #engine: Engine;

  constructor(config: Config, engine: Engine, context: PublishContext) {
    super(context);
    this.#config = config;
    this.#engine = engine;
  }

  protected override publish(parameters: Parameters): Promise<object> {
    const key = readName(parameters, 'key', this.#config.maxKeyBytes);
    const value = readValue(parameters, this.#config.maxValueBytes);
    return this.#append(key, value, { ttl: readTtl(parameters), id: readId(parameters) });
  }

  async #append(key: string, value: string, options: AppendOptions): Promise<object> {
    const result = await this.#engine.append(key, value, options);
    if (result.type === 'conflict') throw new CometError('ID_CONFLICT', { parameter: 'id' });
    return { error_code: 0, cursor: formatCursor(result.offset, result.epoch) };
  }
}
