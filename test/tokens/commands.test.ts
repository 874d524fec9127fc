import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';

const SECRET = 'a-token-secret-of-the-tests-that-is-long-enough';

describe('commands with a token', () => {
  let comet: CometProcess;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'comet-token-'));
    const env = { COMET_PUBLISH_KEY: 'hunter2-hunter2-hunter2', COMET_TOKEN_SECRET: SECRET, COMET_READING: 'token' };
    comet = await CometProcess.start({ env });
  });

  afterAll(async () => {
    rmSync(folder, { recursive: true });
    expect(await comet?.stop()).toBe(0);
  });

  const run = (...args: string[]) => runComet([...args, '--url', `http://127.0.0.1:${comet.port()}`], { env: {} });

  async function token(...rights: string[]): Promise<string> {
    const { stdout } = await runComet(['token', ...rights], { env: { COMET_TOKEN_SECRET: SECRET } });
    return stdout.trim();
  }

  it('do what it allows, and nothing else', async () => {
    const own = await token('--read', 'mine:*', '--set', 'mine:*', '--push', 'ann');
    expect(await run('set', 'mine:a', 'here', '--token', own)).toMatchObject({ code: 0, stderr: '' });
    expect(await run('get', 'mine:a', '--token', own)).toMatchObject({ code: 0, stdout: 'here\n' });
    expect(await run('push', 'ann', 'a message', '--token', own)).toMatchObject({ code: 0, stderr: '' });
    const refused = { code: 1, stderr: expect.stringContaining('403 KEY_FORBIDDEN') };
    expect(await run('get', 'other', '--token', own)).toMatchObject(refused);
    expect(await run('push', 'bob', 'a message', '--token', own)).toMatchObject(refused);
  });

  it('take it from a file', async () => {
    const file = join(folder, 'token');
    writeFileSync(file, `${await token('--read', '*')}\n`);
    expect(await run('get', 'nothing', '--timeout', '0', '--token', `@${file}`)).toMatchObject({
      stderr: 'comet: nothing came within 0 s\n',
    });
  });

  it('say what is wrong with it', async () => {
    const missing = await run('get', 'a', '--token', `@${join(folder, 'none')}`);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/--token: .*ENOENT/) });
    expect(await run('get', 'a', '--token', 'no token')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--token: must be a token'),
    });
  });
});
