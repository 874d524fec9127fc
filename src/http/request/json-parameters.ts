import { CometError } from '../../errors.ts';
import type { Parameters } from './parameters.ts';

const WHITE_SPACE = /\s*/y;

/**
 * Adds the members of a JSON object whose values are strings. Reads the text a second time, because `JSON.parse` drops
 * names that were given twice.
 */
export function addJson(parameters: Parameters, bytes: Buffer): void {
  const text = parseObject(bytes);
  // From here on the text is known to be a JSON object, so each quote that is met begins a name or a value.
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) {
    const nameEnd = endOfString(text, at);
    const name = JSON.parse(text.slice(at, nameEnd)) as string;
    const value = skipWhiteSpace(text, text.indexOf(':', nameEnd) + 1);
    if (text[value] !== '"') {
      throw new CometError('PARAMETER_INVALID', {
        message: 'The values of a JSON body must be strings.',
        parameter: name,
      });
    }
    at = endOfString(text, value);
    parameters.add(name, JSON.parse(text.slice(value, at)) as string);
  }
}

function parseObject(bytes: Buffer): string {
  let problem = 'it is no object';
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return text;
  } catch (error) {
    problem = (error as Error).name === 'SyntaxError' ? 'it is no JSON' : 'it is no UTF-8';
  }
  throw new CometError('BODY_INVALID', { message: `The body must be a JSON object of strings: ${problem}.` });
}

/** Where the string literal that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

function skipWhiteSpace(text: string, start: number): number {
  WHITE_SPACE.lastIndex = start;
  WHITE_SPACE.test(text);
  return WHITE_SPACE.lastIndex;
}
