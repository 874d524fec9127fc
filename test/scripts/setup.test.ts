import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { Child } from '../support/child.ts';
import { freePort } from '../support/free-port.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SETUP = join(ROOT, 'scripts', 'setup.mjs');

describe('set-up', () => {
  it('does nothing, in silence, when everything is there', async () => {
    const setup = await Child.start(process.execPath, [SETUP, '--test']);
    expect(await setup.exited).toEqual({ code: 0, signal: null });
    expect(setup.stdout + setup.stderr).toBe('');
  });

  it('says in one line what to install where it may not', async () => {
    const nothing = await mkdtemp(join(tmpdir(), 'comet-path-'));
    const setup = await Child.start(process.execPath, [SETUP, '--test'], { env: { PATH: nothing } });
    expect(await setup.exited).toEqual({ code: 1, signal: null });
    expect(setup.stderr).toMatch(
      /^setup: the tests need redis-server >= 7 .* nginx .* promtool .*chromium .*install.*\n$/,
    );
    await rm(nothing, { recursive: true });
  });
});

describe('npm start', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'passes arguments and %s on to the server',
    async (signal) => {
      const port = await freePort(2);
      const args = ['start', '--', '--workers', '1', '--port', String(port), '--admin-port', String(port + 1)];
      const npm = await Child.start('npm', args, { cwd: ROOT });
      try {
        const answers = async () => npm.exit !== undefined || (await get(port + 1, '/readyz')).status === 200;
        await until(answers, { timeout: 40_000, message: 'the server to be ready' });
      } finally {
        await npm.stop(signal);
      }
      expect(npm.stdout).toContain('"stopped"');
      expect(await npm.exited).toEqual({ code: 0, signal: null });
    },
    90_000,
  );
});
