import type { Config } from '../../config/options.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Meters } from '../../metrics/meters.ts';
import type { Rights } from '../../tokens/rights.ts';
import { checkPushing } from '../access/key-check.ts';
import { readName, readValue } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import { type PublishContext, PublishEndpoint } from './publish-endpoint.ts';

/** `/push`: puts a message into a mailbox. */
export class PushEndpoint extends PublishEndpoint {
  override readonly route = 'push';
  protected override readonly known: ReadonlySet<ParameterName> = new Set(['uid', 'value']);
  readonly #config: Config;
  readonly #engine: Engine;
  readonly #meters: Meters;

  constructor(config: Config, engine: Engine, meters: Meters, context: PublishContext) {
    super(context);
    this.#config = config;
    this.#engine = engine;
    this.#meters = meters;
  }

  protected override publish(parameters: Parameters, rights: Rights): Promise<object> {
    const uid = readName(parameters, 'uid', this.#config.maxUidBytes);
    checkPushing(rights, uid);
    return this.#push(uid, readValue(parameters, this.#config.maxValueBytes));
  }

  async #push(uid: string, value: string): Promise<object> {
    await this.#engine.mailboxes.push(uid, value);
    this.#meters.mailboxMessages.add('pushed');
    return { error_code: 0 };
  }
}
