import type { Config } from '../../config/options.ts';
import { CometError } from '../../errors.ts';
import { type Cursor, parseCursor } from '../../hub/cursor.ts';
import { readName } from '../request/fields.ts';
import { type ParameterName, Parameters } from '../request/parameters.ts';

/** What a client gives a frame to find its answer by: it comes back with it. */
export type RequestId = string | number | undefined;

/** One frame of a client: what it wants done, and what with, unread. */
export interface ClientFrame {
  readonly type: string;
  readonly request: RequestId;
  readonly members: Readonly<Record<string, unknown>>;
}

const MAX_REQUEST_CHARACTERS = 128;
const KEY: ReadonlySet<ParameterName> = new Set(['key']);

/** Throws for what is no JSON object. A member that is given twice counts as it was given last. */
export function parseFrame(text: string): ClientFrame {
  const members = parseObject(text);
  const { request, type } = members;
  if (!isRequestId(request)) {
    throw invalid('request', `must be a text of at most ${MAX_REQUEST_CHARACTERS} characters, or a whole number`);
  }
  return { type: typeof type === 'string' ? type : '', request, members };
}

/** The keys of a `subscribe`, each with where its client stands; `null` where it says that it knows nothing. */
export function readPositions({ members }: ClientFrame, config: Config): ReadonlyMap<string, Cursor | null> {
  const { keys } = members;
  if (!isObject(keys)) throw invalid('keys', 'must be an object of keys, each with a cursor or an empty text');
  const positions = Object.entries(keys).map(([key, text]): [string, Cursor | null] => {
    const cursor = typeof text === 'string' && text !== '' ? parseCursor(text) : null;
    if (cursor === null && text !== '')
      throw invalid('keys', 'must have cursors that this server gave, 0 or empty texts');
    return [checkedKey(key, config), cursor];
  });
  return bounded(new Map(positions), config);
}

/** The keys of an `unsubscribe`. */
export function readKeys({ members }: ClientFrame, config: Config): ReadonlySet<string> {
  const { keys } = members;
  if (!Array.isArray(keys) || !keys.every((key) => typeof key === 'string')) {
    throw invalid('keys', 'must be a list of keys');
  }
  return bounded(new Set(keys.map((key) => checkedKey(key, config))), config);
}

/** The members that a call over HTTP has as parameters: texts, as there. */
export function readParameters({ members }: ClientFrame, known: ReadonlySet<ParameterName>): Parameters {
  const parameters = new Parameters(known);
  for (const [name, value] of Object.entries(members)) {
    if (typeof value === 'string') parameters.add(name, value);
    else parameters.refuse(name, 'must be a text');
  }
  parameters.check();
  return parameters;
}

/** `rule` completes "<member> …" and says what would be right. */
export function invalid(member: string, rule: string): CometError {
  return new CometError('PARAMETER_INVALID', { message: `${member} ${rule}.`, parameter: member });
}

function checkedKey(key: string, { maxKeyBytes }: Config): string {
  const parameters = new Parameters(KEY);
  parameters.add('key', key);
  parameters.check();
  return readName(parameters, 'key', maxKeyBytes);
}

function bounded<T extends { readonly size: number }>(keys: T, { maxKeysPerListener }: Config): T {
  if (keys.size >= 1 && keys.size <= maxKeysPerListener) return keys;
  throw invalid('keys', `must hold 1 to ${maxKeysPerListener} keys`);
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch (cause) {
    throw new CometError('BODY_INVALID', { message: 'A frame must be a JSON object: this is no JSON.', cause });
  }
  throw new CometError('BODY_INVALID', { message: 'A frame must be a JSON object.' });
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRequestId(value: unknown): value is RequestId {
  if (typeof value === 'string') return value.length <= MAX_REQUEST_CHARACTERS;
  return value === undefined || Number.isSafeInteger(value);
}
