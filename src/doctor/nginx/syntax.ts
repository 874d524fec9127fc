/** One statement of an nginx configuration. */
export interface Directive {
  readonly name: string;
  /** Quotes and their escapes are gone. */
  readonly args: readonly string[];
  /** What stands in its braces; `null` for one that ends with a semicolon. */
  readonly block: readonly Directive[] | null;
}

export class NginxSyntaxError extends Error {
  override readonly name = 'NginxSyntaxError';
}

/** A comment, a text in either kind of quotes, one of `{};`, or a word. */
const TOKEN =
  /#[^\n]*|"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([{};])|((?:\\.|\$\{[^}]*\}|[^\s{};"'\\])(?:\\.|\$\{[^}]*\}|[^\s{};\\])*)/gsu;

interface Token {
  readonly text: string;
  readonly isMark: boolean;
}

/** Reads the text of a configuration file. Throws `NginxSyntaxError` where nginx would refuse it too. */
export function parseNginx(text: string): readonly Directive[] {
  const tokens = tokensOf(text);
  const state = { at: 0 };
  const directives = readBlock(tokens, state, 0);
  if (state.at < tokens.length) throw new NginxSyntaxError('a } closes nothing');
  return directives;
}

function tokensOf(text: string): Token[] {
  return [...text.matchAll(TOKEN)].flatMap(([all, double, single, mark, word]) => {
    if (all.startsWith('#')) return [];
    const quoted = double ?? single;
    if (quoted !== undefined) return [{ text: quoted.replace(/\\(["'\\])/g, '$1'), isMark: false }];
    return [{ text: mark ?? word ?? '', isMark: mark !== undefined }];
  });
}

function readBlock(tokens: readonly Token[], state: { at: number }, depth: number): Directive[] {
  const directives: Directive[] = [];
  for (;;) {
    const first = tokens[state.at];
    if (first === undefined) {
      if (depth > 0) throw new NginxSyntaxError('a { is never closed');
      return directives;
    }
    if (first.isMark && first.text === '}') {
      if (depth > 0) state.at++;
      return directives;
    }
    directives.push(readDirective(tokens, state, depth));
  }
}

function readDirective(tokens: readonly Token[], state: { at: number }, depth: number): Directive {
  const words: string[] = [];
  for (;;) {
    const token = tokens[state.at++];
    if (token === undefined || (token.isMark && token.text === '}')) {
      throw new NginxSyntaxError(`${words[0] ?? 'a directive'} is not ended by ; or {`);
    }
    if (!token.isMark) {
      words.push(token.text);
      continue;
    }
    const [name, ...args] = words;
    if (name === undefined) throw new NginxSyntaxError(`${token.text} stands where a directive should`);
    return { name, args, block: token.text === '{' ? readBlock(tokens, state, depth + 1) : null };
  }
}

/** Seconds of an nginx time such as `60`, `90s`, `1h 30m` or `500ms`; `null` for what is none. */
export function secondsOf(text: string): number | null {
  const units: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  if (!/^\s*(\d+\s*(ms|[smhdw])?\s*)+$/.test(text)) return null;
  const parts = [...text.matchAll(/(\d+)\s*(ms|[smhdw])?/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (units[unit ?? 's'] ?? 1), 0);
}

/** Bytes of an nginx size such as `1m`, `8k` or `262144`; `null` for what is none. */
export function bytesOf(text: string): number | null {
  const [, count, unit = ''] = /^(\d+)([kmg]?)$/i.exec(text) ?? [];
  if (count === undefined) return null;
  return Number(count) * 1024 ** ['', 'k', 'm', 'g'].indexOf(unit.toLowerCase());
}
