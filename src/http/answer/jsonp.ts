import type { Parameters } from '../request/parameters.ts';
import { invalid } from '../request/parameters.ts';
import type { CometResponse } from './comet-response.ts';
import { JSON_TYPE, Rendered, SCRIPT_TYPE, TEXT_TYPE } from './rendered.ts';

const MAX_CALLBACK_LENGTH = 128;
const CALLBACK = /^[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*$/;

/** Ends of lines in a script, but not in JSON. */
const LINE_ENDS = /[\u2028\u2029]/g;

/** Has the answers of this response call the function that the request names, if it names one. */
export function takeCallback(res: CometResponse, parameters: Parameters): void {
  const name = parameters.get('jsonCallback');
  if (name === undefined) return;
  if (res.req.method !== 'GET') throw invalid('jsonCallback', 'is for GET only');
  if (name.length > MAX_CALLBACK_LENGTH || !CALLBACK.test(name)) {
    throw invalid('jsonCallback', `must be a dotted JavaScript name of at most ${MAX_CALLBACK_LENGTH} characters`);
  }
  res.callback = name;
}

/** The comment before the call keeps plugins from taking the answer for a file of another type that begins so. */
export function renderCall(callback: string, json: string): Rendered {
  // In a script, other than in JSON, this name sets the prototype of an object.
  const expression = json.includes('"__proto__":') ? `JSON.parse(${JSON.stringify(json)})` : json;
  const argument = expression.replace(LINE_ENDS, (end) => (end === '\u2028' ? '\\u2028' : '\\u2029'));
  return new Rendered(SCRIPT_TYPE, `/**/${callback}(${argument});`);
}

/** A mailbox message as it was put in; in a call as JSON, never as script. */
export function renderMessage(callback: string | null, message: string): Rendered {
  const parsed = parse(message);
  if (callback !== null)
    return renderCall(callback, parsed === undefined ? JSON.stringify(message) : written(parsed, message));
  return new Rendered(parsed === undefined ? TEXT_TYPE : JSON_TYPE, message);
}

/** What is nested too deeply to be written, though it could be read, is embedded as the text that it came as. */
function written(parsed: unknown, message: string): string {
  try {
    return JSON.stringify(parsed);
  } catch (error) {
    if (error instanceof RangeError) return JSON.stringify(message);
    throw error;
  }
}

/** `undefined`, which no JSON stands for, where it isn't any. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
