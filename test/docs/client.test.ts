import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Child } from '../support/child.ts';
import { CometProcess } from '../support/comet-process.ts';
import { post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { blocksOf, readDocument } from './markdown.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const COMPILER = join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');

/** What a program of today that uses the package is compiled with. */
const OPTIONS = {
  module: 'NodeNext',
  target: 'ES2022',
  lib: ['ES2022', 'DOM'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  noEmit: true,
  types: ['node'],
  typeRoots: [join(ROOT, 'node_modules', '@types')],
};

/** Types that are lost on the way to the user would let anything pass. */
const MISUSES = `
import { Comet, type Entry } from 'comet-cluster/client';
const comet = new Comet('/');
// @ts-expect-error
comet.watch(1);
// @ts-expect-error
comet.watch('key', { al: true });
// @ts-expect-error
comet.watch('key', { onEntry: (entry: number) => entry });
// @ts-expect-error
export const entry: Entry = { key: 'key', value: 1, cursor: '0', missed: false };
// @ts-expect-error
await comet.set('key', { an: 'object' });
// @ts-expect-error
export const number: number = await comet.set('key', 'value');
// @ts-expect-error
for await (const message of comet.mailbox('42')) message.key;
`;

let directory: string;
let examples: string[];
let comet: CometProcess;

/** A project of somebody who has installed the package. */
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'comet-user-'));
  await mkdir(join(directory, 'node_modules'));
  await symlink(ROOT, join(directory, 'node_modules', 'comet-cluster'));
  await writeFile(join(directory, 'package.json'), '{"type":"module"}');
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify({ compilerOptions: OPTIONS, include: ['*.ts'] }));
  const page = await readDocument('docs/client.md');
  examples = [...blocksOf(page, 'js'), ...blocksOf(page, 'ts')];
  comet = await CometProcess.start();
}, 40_000);

afterAll(async () => {
  await comet?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Runs an example of the page against the server, as a program of the user's. */
async function start(within: string): Promise<Child> {
  const example = examples.find((text) => text.includes(within)) ?? '';
  const file = join(directory, `${within.replaceAll(/\W/g, '')}.mjs`);
  await writeFile(file, example.replace(/https?:\/\/[^']+/, `http://127.0.0.1:${comet.port()}/`));
  return Child.start(process.execPath, [file]);
}

describe('the examples of docs/client.md', () => {
  it('have the right types', async () => {
    for (const [index, example] of examples.entries()) await writeFile(join(directory, `e${index}.ts`), example);
    await writeFile(join(directory, 'misuses.ts'), MISUSES);
    const compiler = await Child.start(process.execPath, [COMPILER, '-p', directory]);
    expect({ ...(await compiler.exited), output: compiler.stdout }).toMatchObject({ code: 0, output: '' });
  }, 120_000);

  it('follow keys', async () => {
    const program = await start('score');
    try {
      await post(comet.port(1), '/set', { form: { key: 'score', value: '1:0' } });
      await until(() => program.stdout === 'score 1:0\n', { message: 'the first value' });
      await post(comet.port(1), '/set', { form: { key: 'news', value: 'rain' } });
      await until(() => program.stdout === 'score 1:0\nnews rain\n', { message: 'the second value' });
    } finally {
      await program.stop();
    }
  });

  it('publish, and end', async () => {
    const program = await start('comet.push');
    expect(await program.exited).toMatchObject({ code: 0 });
    expect(program.stdout).toMatch(/^\d+-\S+\n$/);
    const mailbox = await post(comet.port(), '/', { form: { uid: '42', timeout: '5' } });
    expect(mailbox.json()).toEqual({ text: 'lunch?' });
  });
});
