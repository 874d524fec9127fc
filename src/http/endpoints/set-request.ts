import type { Config } from '../../config/options.ts';
import type { AppendOptions, AppendResult, Engine } from '../../engine/engine.ts';
import { CometError } from '../../errors.ts';
import { formatCursor } from '../../hub/cursor.ts';
import { readId, readName, readTtl, readValue } from '../request/fields.ts';
import type { ParameterName, Parameters } from '../request/parameters.ts';
import type { WakeCounter } from './wake-counter.ts';

export const SET_PARAMETERS: ReadonlySet<ParameterName> = new Set(['key', 'value', 'ttl', 'id']);

/** One set, as it is asked for alone or in a batch. */
export interface SetRequest {
  readonly key: string;
  readonly value: string;
  readonly options: AppendOptions;
}

/** Throws what is wrong with the parameters. */
export function readSet(parameters: Parameters, config: Config): SetRequest {
  const key = readName(parameters, 'key', config.maxKeyBytes);
  const value = readValue(parameters, config.maxValueBytes);
  return { key, value, options: { ttl: readTtl(parameters), id: readId(parameters) } };
}

/** Resolves to the answer once the engine has taken it; rejects with a `CometError`. */
export function performSet(engine: Engine, { key, value, options }: SetRequest): Promise<object> {
  return engine.append(key, value, options).then(answerOf);
}

/** As `performSet`, and the answer says whom it woke. */
export async function performCountedSet(
  engine: Engine,
  counter: WakeCounter,
  { key, value, options }: SetRequest,
): Promise<object> {
  const [result, woken] = await counter.around(key, () => engine.append(key, value, options));
  return { ...answerOf(result), ...woken };
}

function answerOf(result: AppendResult): object {
  if (result.type === 'conflict') throw new CometError('ID_CONFLICT', { parameter: 'id' });
  return { error_code: 0, cursor: formatCursor(result.offset, result.epoch) };
}
