import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { NginxFacts } from '../facts.ts';
import { type Directive, NginxSyntaxError, parseNginx } from '../nginx/syntax.ts';

/** Deeper inclusions are a circle. */
const MAX_DEPTH = 10;

/** Reads a configuration of nginx and what it includes, relative paths from its own directory. */
export function readNginx(file: string): NginxFacts {
  try {
    return { read: true, file, directives: readFile(file, dirname(file), 0) };
  } catch (error) {
    return { read: false, problem: error instanceof NginxSyntaxError ? error.message : `${file}: ${reason(error)}` };
  }
}

function readFile(file: string, prefix: string, depth: number): readonly Directive[] {
  if (depth > MAX_DEPTH) throw new NginxSyntaxError(`${file}: is included in a circle`);
  const text = readFileSync(file, 'utf8');
  try {
    return expand(parseNginx(text), prefix, depth);
  } catch (error) {
    if (error instanceof NginxSyntaxError && !error.message.startsWith('/')) {
      throw new NginxSyntaxError(`${file}: ${error.message}`);
    }
    throw error;
  }
}

function expand(directives: readonly Directive[], prefix: string, depth: number): readonly Directive[] {
  return directives.flatMap((directive) => {
    const { name, args, block } = directive;
    if (name === 'include') return filesOf(args[0] ?? '', prefix).flatMap((file) => readFile(file, prefix, depth + 1));
    return [block === null ? directive : { ...directive, block: expand(block, prefix, depth) }];
  });
}

/** What a pattern names; like nginx, only one without wildcards must exist. */
function filesOf(pattern: string, prefix: string): string[] {
  const path = isAbsolute(pattern) ? pattern : join(prefix, pattern);
  if (!/[*?[]/.test(basename(path))) return [path];
  const wanted = patternOf(basename(path));
  return namesIn(dirname(path))
    .filter((name) => wanted.test(name))
    .map((name) => join(dirname(path), name))
    .sort();
}

/** `*.conf` as a regular expression; as in a shell, a wildcard never stands for a leading dot. */
function patternOf(glob: string): RegExp {
  const text = glob
    .replace(/[.+^${}()|\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${/^[*?[]/.test(glob) ? '(?!\\.)' : ''}${text}$`);
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function reason(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'permission denied';
  return message;
}
