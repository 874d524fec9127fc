import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Rights } from '../../tokens/rights.ts';
import { checkSetting } from '../access/key-check.ts';
import { readFlag } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { type PublishContext, PublishEndpoint } from './publish-endpoint.ts';
import { performCountedSet, performSet, readSet, SET_PARAMETERS } from './set-request.ts';
import type { WakeCounter } from './wake-counter.ts';

/** `/set`: writes an entry to a key. */
export class SetEndpoint extends PublishEndpoint {
  override readonly route = 'set';
  protected override readonly known: ReadonlySet<ParameterName> = new Set([...SET_PARAMETERS, 'count']);
  readonly #config: Config;
  readonly #engine: Engine;
  readonly #counter: WakeCounter;

  constructor(config: Config, engine: Engine, counter: WakeCounter, context: PublishContext) {
    super(context);
    this.#config = config;
    this.#engine = engine;
    this.#counter = counter;
  }

  protected override publish(parameters: Parameters, rights: Rights): Promise<object> {
    const set = readSet(parameters, this.#config);
    checkSetting(rights, set.key);
    const isCounted = readFlag(parameters, 'count');
    return isCounted ? performCountedSet(this.#engine, this.#counter, set) : performSet(this.#engine, set);
  }
}
