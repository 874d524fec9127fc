/** What the values of parameters must look like. Each throws a `CometError` that names the parameter. */

import { CometError } from '../../errors.ts';
import { type Cursor, parseCursor } from '../../hub/cursor.ts';
import { parseCursors } from '../../hub/cursors.ts';
import { invalid, type ParameterName, type Parameters } from './parameters.ts';

const CONTROL_CHARACTER = /\p{Cc}/u;
const DECIMAL = /^\d+(?:\.\d+)?$/;
/** Of an idempotency id, and of an acknowledgement. */
const MAX_ID_BYTES = 128;
/** Ten years: far below where milliseconds lose their precision, far above what anybody means. */
const MAX_TTL_SECONDS = 315_360_000;

/** A key or uid: not empty, bounded, without control characters. */
export function readName(parameters: Parameters, name: 'key' | 'uid', maxBytes: number): string {
  const text = parameters.get(name);
  return checkedName(name, text, maxBytes);
}

/** The keys of a listener, each as `readName` wants it, no two alike, in the order in which they were given. */
export function readKeys(parameters: Parameters, maxBytes: number, maxKeys: number): string[] {
  const keys = [readName(parameters, 'key', maxBytes)];
  for (const text of parameters.more ?? []) keys.push(checkedName('key', text, maxBytes));
  if (keys.length > maxKeys) throw invalid('key', `may be given ${maxKeys} times at most`);
  if (new Set(keys).size < keys.length) throw invalid('key', 'must not be given twice as the same');
  return keys;
}

/** A value or message. It must be given, but may be empty: an empty text is a value like any other. */
export function readValue(parameters: Parameters, maxBytes: number): string {
  const text = parameters.get('value');
  if (text === undefined) throw new CometError('PARAMETER_MISSING', { parameter: 'value' });
  return bounded('value', text, maxBytes);
}

/** Seconds, 0 or more; `undefined` when it is not given. */
export function readSeconds(parameters: Parameters, name: 'timeout' | 'ttl'): number | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  if (!DECIMAL.test(text)) throw invalid(name, 'must be a number of seconds such as 60 or 2.5');
  return Number(text);
}

/** Seconds until a key expires; 0 for never, which a request can't ask for but by leaving it out. */
export function readTtl(parameters: Parameters): number {
  const seconds = readSeconds(parameters, 'ttl');
  if (seconds === undefined) return 0;
  if (seconds < 0.001 || seconds > MAX_TTL_SECONDS) {
    throw invalid('ttl', `must be from 0.001 to ${MAX_TTL_SECONDS} seconds; without it the value stays`);
  }
  return seconds;
}

/** `1` or `0`; false when it is not given. */
export function readFlag(parameters: Parameters, name: 'all' | 'fresh' | 'count'): boolean {
  const text = parameters.get(name);
  if (text !== undefined && text !== '1' && text !== '0') throw invalid(name, 'must be 1 or 0');
  return text === '1';
}

/** `null` when it is not given. */
export function readCursor(parameters: Parameters): Cursor | null {
  const text = parameters.get('after');
  if (text === undefined) return null;
  const cursor = parseCursor(text);
  if (cursor === null) throw invalid('after', 'must be 0 or a cursor that this server gave');
  return cursor;
}

/** One for each of `count` keys, from the text of `after`; `null` for those of which nothing is known. */
export function checkedCursors(text: string | undefined, count: number): (Cursor | null)[] {
  if (text === undefined) return new Array<Cursor | null>(count).fill(null);
  const cursors = parseCursors(text, count);
  if (cursors !== null) return cursors;
  throw invalid(
    'after',
    `must be ${count === 1 ? 'a cursor' : `${count} cursors, joined by commas,`} that this server gave`,
  );
}

/** The idempotency id, empty when it is not given. One that is given empty is a client's mistake that would cost it. */
export function readId(parameters: Parameters): string {
  const text = parameters.get('id');
  if (text === '') throw invalid('id', 'must not be empty');
  return text === undefined ? '' : bounded('id', text, MAX_ID_BYTES);
}

/** The acknowledgement, empty for the first poll; `null` for a poll that doesn't acknowledge. */
export function readAck(parameters: Parameters): string | null {
  const text = parameters.get('ack');
  return text === undefined ? null : bounded('ack', text, MAX_ID_BYTES);
}

function checkedName(name: 'key' | 'uid', text: string | undefined, maxBytes: number): string {
  if (text === undefined || text === '') throw new CometError('PARAMETER_MISSING', { parameter: name });
  bounded(name, text, maxBytes);
  if (CONTROL_CHARACTER.test(text)) throw invalid(name, 'must not hold control characters');
  return text;
}

function bounded(name: ParameterName, text: string, maxBytes: number): string {
  // No character has more than three bytes a UTF-16 unit, so most need not be counted.
  if (text.length * 3 > maxBytes && Buffer.byteLength(text) > maxBytes) {
    throw invalid(name, `must be at most ${maxBytes} bytes of UTF-8`);
  }
  return text;
}
