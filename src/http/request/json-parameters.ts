import { CometError } from '../../errors.ts';
import { type ParameterName, Parameters } from './parameters.ts';

const WHITE_SPACE = /\s*/y;
const BEGINNING = /[{"]/g;

/**
 * Adds the members of a JSON object whose values are strings. Reads the text a second time, because `JSON.parse` drops
 * names that were given twice.
 */
export function addJson(parameters: Parameters, bytes: Buffer): void {
  const text = parse(bytes, 'object', isObject);
  // From here on the text is known to be a JSON object, so each quote that is met begins a name or a value.
  for (let at = text.indexOf('"'); at >= 0; at = text.indexOf('"', at)) at = addMember(parameters, text, at);
}

/** As `addJson`, of a list of objects: the parameters of each, in their order. */
export function parseJsonList(bytes: Buffer, known: ReadonlySet<ParameterName>): Parameters[] {
  const text = parse(bytes, 'list of objects', (value) => Array.isArray(value) && value.every(isObject));
  const list: Parameters[] = [];
  for (let at = nextBeginning(text, 0); at >= 0; at = nextBeginning(text, at)) {
    if (text[at] === '{') {
      list.push(new Parameters(known));
      at++;
    } else at = addMember(list.at(-1) as Parameters, text, at, `[${list.length - 1}].`);
  }
  return list;
}

/** Adds the member whose name begins at `start`, and says where it is over. `place`: what an error puts before its name. */
function addMember(parameters: Parameters, text: string, start: number, place = ''): number {
  const nameEnd = endOfString(text, start);
  const name = JSON.parse(text.slice(start, nameEnd)) as string;
  const value = skipWhiteSpace(text, text.indexOf(':', nameEnd) + 1);
  if (text[value] !== '"') {
    throw new CometError('PARAMETER_INVALID', {
      message: 'The values of a JSON body must be strings: "60", not 60.',
      parameter: place + name,
    });
  }
  const end = endOfString(text, value);
  parameters.add(name, JSON.parse(text.slice(value, end)) as string);
  return end;
}

/** The text of a JSON value of which `isGood` holds: `what` it should be, in words. */
function parse(bytes: Buffer, what: string, isGood: (value: unknown) => boolean): string {
  let problem = `it is no ${what}`;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    if (isGood(JSON.parse(text))) return text;
  } catch (error) {
    problem = (error as Error).name === 'SyntaxError' ? 'it is no JSON' : 'it is no UTF-8';
  }
  throw new CometError('BODY_INVALID', {
    message: `The body must be a JSON ${what}, whose values are strings: ${problem}.`,
  });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where the string literal that begins at `start` is over. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at + 1;
}

/** Where the next object, name or value begins; -1 when there is none. */
function nextBeginning(text: string, start: number): number {
  BEGINNING.lastIndex = start;
  return BEGINNING.exec(text)?.index ?? -1;
}

function skipWhiteSpace(text: string, start: number): number {
  WHITE_SPACE.lastIndex = start;
  WHITE_SPACE.test(text);
  return WHITE_SPACE.lastIndex;
}
