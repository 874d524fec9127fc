import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signMailbox } from '../../src/sign.ts';
import { Child } from '../support/child.ts';
import { CometProcess } from '../support/comet-process.ts';
import { post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { curl } from './curl.ts';
import { blocksOf, readDocument, stepsOf } from './markdown.ts';

const run = promisify(execFile);

/** Cursors and message ids, which are others each time. */
const TOKEN = /(?<=[0-9]-)[A-Za-z0-9_-]{12,}|(?<="id":")[A-Za-z0-9_-]{12,}/g;

let comet: CometProcess;
let protocol: string;

beforeAll(async () => {
  protocol = await readDocument('docs/protocol.md');
  comet = await CometProcess.start();
});

afterAll(async () => {
  await comet?.stop();
});

/** Does what the command says, and gives the answer. */
async function answerTo(command: string, ports: ReadonlyMap<number, number>, tries = 5): Promise<string> {
  const answer = await curl(command, ports);
  if (tries === 1 || !answer.includes('"complete":false')) return answer;
  // A worker was too busy to say whom the set woke: it is done anew, to a key that is new again.
  await post(comet.port(), '/delete', { form: { key: /key=(\w+)/.exec(command)?.[1] ?? '' } });
  return await answerTo(command, ports, tries - 1);
}

describe.each([
  'docs/protocol.md',
  'README.md',
  'docs/migration/tornado.md',
  'docs/migration/php-redis-polling.md',
  'docs/migration/nchan.md',
])('the console examples of %s', (path) => {
  it('give what stands below them', async () => {
    const ports = new Map([
      [8885, comet.port(0)],
      [8886, comet.port(1)],
      [8880, comet.adminPort],
    ]);
    const steps = blocksOf(await readDocument(path), 'console').flatMap(stepsOf);
    expect(steps).not.toEqual([]);
    /** What the server gave, by what the document shows in its place. */
    const tokens = new Map<string, string>();
    const actual = (text: string) => [...tokens].reduce((all, [shown, given]) => all.replaceAll(shown, given), text);
    for (const { command, output } of steps) {
      const answer = await answerTo(actual(command), ports);
      const given = answer.match(TOKEN) ?? [];
      output.match(TOKEN)?.forEach((shown, index) => {
        if (!tokens.has(shown)) tokens.set(shown, given[index] ?? 'nothing');
      });
      expect(`${command}\n${answer}`).toBe(`${command}\n${actual(output)}`);
    }
  });
});

describe('the signs of docs/protocol.md', () => {
  const cell = (name: string) => new RegExp(`^\\| ${name} \\| \`(.*)\` \\|$`, 'm').exec(protocol)?.[1] ?? '';
  const vector = () => [cell('sign secret'), cell('`uid`'), cell('`expires`')] as const;
  const block = (language: string, within: string) => {
    const found = blocksOf(protocol, language).find((text) => text.includes(within));
    if (found === undefined) throw new Error(`no ${language} block has ${within}`);
    return found;
  };

  it('are those of the server', () => {
    expect(cell('`sign`')).toBe(signMailbox(...vector()));
  });

  it('are made by the Node example', async () => {
    const program = `${block('js', 'createHmac')}\nconsole.log(sign(...process.argv.slice(1)));`;
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program, '--', ...vector()]);
    expect(stdout.trim()).toBe(cell('`sign`'));
  });

  it('are made by the shell example', async () => {
    const [secret, uid, expires] = vector();
    const env = { PATH: process.env.PATH, secret, uid, expires };
    const { stdout } = await run('sh', ['-c', block('sh', 'openssl')], { env });
    expect(stdout.trim()).toBe(cell('`sign`'));
  });
});

describe('the client of docs/protocol.md', () => {
  it('follows a key', async () => {
    const [example = ''] = blocksOf(protocol, 'js').filter((text) => text.includes('function follow'));
    const server = `http://127.0.0.1:${comet.port(0)}`;
    const program = `${example}\nfollow('${server}', 'followed', (...entry) => console.log(JSON.stringify(entry)));`;
    const client = await Child.start(process.execPath, ['--input-type=module', '-e', program]);
    try {
      let expected = '';
      for (const value of ['one', 'two', 'three']) {
        await post(comet.port(1), '/set', { form: { key: 'followed', value } });
        expected += `["${value}",true]\n`;
        await until(() => client.stdout.length >= expected.length, { message: `${value} to be followed` });
        expect(client.stdout).toBe(expected);
      }
    } finally {
      await client.stop();
    }
  });
});
