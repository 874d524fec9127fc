/** Keys of tokens change by a reload, a file that is wrong changes nothing, and no token is in the log. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { bearer, keyPair, keySet, mint, TOKEN_SECRET } from './minted.ts';

const first = keyPair('P-256');
const second = keyPair('P-256');

let directory: string;
let file: string;
let comet: CometProcess;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'comet-tokens-'));
  file = join(directory, 'keys.json');
  await writeFile(file, keySet([first.publicKey, { kid: '1' }]));
  const flags = {
    reading: 'token',
    'token-keys': file,
    'drain-seconds': 0.5,
    'log-level': 'debug',
    'log-format': 'json',
  };
  comet = await CometProcess.start({ workers: 1, flags, env: { COMET_TOKEN_SECRET: TOKEN_SECRET } });
});

afterAll(async () => {
  await comet.stop();
  await rm(directory, { recursive: true });
});

function tokenOf(pair: typeof first, kid: string): Promise<string> {
  return mint({ read: ['*'] }, { key: pair.privateKey, header: { alg: 'ES256', kid } });
}

async function reads(token: string): Promise<boolean> {
  return (await get(comet.port(), '/get?key=a&timeout=0', bearer(token))).status === 200;
}

async function signal(message: string): Promise<void> {
  const told = () => comet.logs().filter(({ msg }) => msg === message).length;
  const before = told();
  comet.signal('SIGHUP');
  await until(() => told() > before, { message: `"${message}"` });
}

/** Resolves once the worker that was there has ended: until it hears that it is to drain, it takes connections, too. */
async function reload(): Promise<void> {
  const [before = 0] = await comet.workerPids();
  await signal('configuration reloaded');
  await until(async () => !(await comet.workerPids()).includes(before), { message: 'the old worker to end' });
}

describe('keys of tokens', () => {
  it('are read anew by SIGHUP: first both, then the new one alone', async () => {
    const [one, two] = [await tokenOf(first, '1'), await tokenOf(second, '2')];
    expect([await reads(one), await reads(two), await reads(await mint({ read: ['*'] }))]).toEqual([true, false, true]);
    await writeFile(file, keySet([second.publicKey, { kid: '2' }], [first.publicKey, { kid: '1' }]));
    await reload();
    expect([await reads(one), await reads(two)]).toEqual([true, true]);
    await writeFile(file, keySet([second.publicKey, { kid: '2' }]));
    await reload();
    expect([await reads(one), await reads(two)]).toEqual([false, true]);
  });

  it('stay as they were when the file is wrong', async () => {
    const two = await tokenOf(second, '2');
    await writeFile(file, '{"keys":[');
    await signal('reload refused: nothing was changed');
    expect(await reads(two)).toBe(true);
    expect(comet.output).toContain(`${file} is no JSON`);
    await writeFile(file, keySet([second.publicKey, { kid: '2' }]));
  });

  it('and the tokens are in no log', async () => {
    const token = await tokenOf(second, '2');
    await get(comet.port(), `/get?key=a&timeout=0&token=${token}`, bearer(token));
    await get(comet.port(), '/get?key=a&timeout=0', bearer(`${token}x`));
    await reload();
    expect(comet.output).not.toContain(token.slice(0, 60));
    expect(comet.output).not.toContain(TOKEN_SECRET);
  });
});
