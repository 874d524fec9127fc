import { readFileSync } from 'node:fs';
import { findSyntaxError, outerNames } from './json-syntax.ts';
import type { Layer } from './layer.ts';
import { didYouMean } from './nearest.ts';
import { isOptionName, OPTION_NAMES, type OptionName } from './options.ts';
import type { Problem } from './problem.ts';

type Content =
  | { readonly ok: true; readonly object: Readonly<Record<string, unknown>>; readonly names: readonly string[] }
  | { readonly ok: false; readonly problem: Problem };

/** A JSON object whose keys are option names, such as `{"port": 8885, "publish-key": ["…"]}`. */
export function fileLayer(path: string): Layer {
  const place = (name: string) => `${path}: "${name}"`;
  const values = new Map<OptionName, unknown>();
  const content = readContent(path);
  if (!content.ok) return { source: 'file', values, problems: [content.problem], place };
  const problems: Problem[] = [];
  for (const [key, value] of Object.entries(content.object)) {
    if (isOptionName(key)) values.set(key, value);
    else problems.push({ place: place(key), message: `is not an option${didYouMean(key, OPTION_NAMES)}` });
  }
  const repeated = content.names.filter((name, index) => content.names.indexOf(name) !== index);
  for (const name of new Set(repeated)) {
    problems.push({ place: place(name), message: 'is given more than once; only the last would count' });
  }
  return { source: 'file', values, problems, place };
}

function readContent(path: string): Content {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    return failure(path, `cannot be read: ${reason(error)}`);
  }
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object === 'object' && object !== null && !Array.isArray(object)) {
      return { ok: true, object: object as Record<string, unknown>, names: outerNames(text) };
    }
    return failure(path, 'must hold a JSON object, such as {"port": 8885}');
  } catch {
    const { line, column } = findSyntaxError(text) ?? { line: 1, column: 1 };
    return failure(
      `${path}:${line}:${column}`,
      'is not JSON from here on; it has no comments, and no comma after the last entry',
    );
  }
}

function failure(place: string, message: string): Content {
  return { ok: false, problem: { place, message } };
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'EISDIR') return 'it is a directory';
  return message;
}
