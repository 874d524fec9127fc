import { get, post } from '../support/http-client.ts';

interface Command {
  readonly url: URL;
  readonly headers: Record<string, string>;
  /** Parts of a form; without any it is a GET. */
  readonly form: readonly string[];
}

/**
 * Does what a curl command of the documentation says and gives the body of the answer, so that those can be tried where
 * there is no curl. `ports` has the real port for each that stands there.
 */
export async function curl(command: string, ports: ReadonlyMap<number, number>): Promise<string> {
  const { url, headers, form } = parse(command);
  const port = ports.get(Number(url.port));
  if (port === undefined) throw new Error(`unknown port in ${command}`);
  const path = url.pathname + url.search;
  if (form.length === 0) return (await get(port, path, { headers })).body;
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  return (await post(port, path, { headers: { ...type, ...headers }, body: form.join('&') })).body;
}

function parse(command: string): Command {
  const [program, ...words] = wordsOf(command);
  if (program !== 'curl') throw new Error(`no curl command: ${command}`);
  const headers: Record<string, string> = {};
  const form: string[] = [];
  let url: URL | undefined;
  while (words.length > 0) {
    const word = words.shift() ?? '';
    switch (word) {
      case '-s':
        break;
      case '-d':
        form.push(words.shift() ?? '');
        break;
      case '--data-urlencode':
        form.push(encoded(words.shift() ?? ''));
        break;
      case '-H':
        Object.assign(headers, field(words.shift() ?? ''));
        break;
      default:
        url = new URL(word);
    }
  }
  if (url === undefined) throw new Error(`no URL in ${command}`);
  return { url, headers, form };
}

function encoded(pair: string): string {
  const equals = pair.indexOf('=') + 1;
  return pair.slice(0, equals) + encodeURIComponent(pair.slice(equals));
}

function field(line: string): Record<string, string> {
  const colon = line.indexOf(':');
  return { [line.slice(0, colon)]: line.slice(colon + 1).trim() };
}

/** Splits as a shell does, with quotes of one kind a word and without expansions. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:[^\s'"]+|'[^']*'|"[^"]*")+/g)].map(([word]) => {
    const kind = /['"]/.exec(word)?.[0];
    return kind === undefined ? word : word.replaceAll(kind, '');
  });
}
