import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Child } from '../support/child.ts';
import { runComet } from '../support/comet.ts';
import { deployed, ROOT, unknownVariables } from './deployed.ts';

let dir: string;
let unit: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-systemd-'));
  unit = await deployed('systemd/comet.service');
});

afterEach(() => rm(dir, { recursive: true, force: true }));

/** Every value of a setting of the unit. */
function settings(name: string): string[] {
  return [...unit.matchAll(new RegExp(`^${name}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

/** systemd-analyze on the unit as it stands, but for the place of the program. */
async function analyze(...args: readonly string[]) {
  const here = join(dir, 'comet.service');
  await writeFile(here, unit.replaceAll('=comet ', `=${join(ROOT, 'dist', 'cli.js')} `));
  const child = await Child.start('systemd-analyze', [...args, here]);
  const { code } = await child.exited;
  return { code, output: child.stdout + child.stderr };
}

/** There is no systemd elsewhere. */
const onLinux = process.platform === 'linux' ? it : it.skip;

describe('deploy/systemd/comet.service', () => {
  onLinux('is taken by systemd without a complaint', async () => {
    expect(await analyze('verify')).toEqual({ code: 0, output: '' });
  });

  onLinux('exposes little', async () => {
    const { code, output } = await analyze('security', '--offline=true', '--no-pager', '--threshold=20');
    expect([code, output.slice(-300)]).toEqual([0, expect.stringContaining('Overall exposure level')]);
  });

  it('names options that exist, and commands that the program has', async () => {
    const environment = Object.fromEntries(settings('Environment').map((pair) => pair.split('=') as [string, string]));
    expect(environment.COMET_CONFIG).toMatch(/^\//);
    expect(unknownVariables(environment)).toEqual([]);
    const commands = [...settings('ExecStartPre'), ...settings('ExecStart'), ...settings('ExecReload')];
    expect(commands).toEqual(['comet check', 'comet start', 'comet reload']);
    for (const command of commands) expect((await runComet([...command.split(' ').slice(1), '--help'])).code).toBe(0);
  });

  it('keeps the pid file where its user may write, and never restarts what cannot start', () => {
    expect(settings('Environment')).toContain(`COMET_PID_FILE=/run/${settings('RuntimeDirectory')[0]}/comet.pid`);
    expect(settings('RestartPreventExitStatus')).toEqual(['2']);
    // Its workers drain because the primary tells them, not because systemd signals all.
    expect(settings('KillMode')).toEqual(['mixed']);
    expect([settings('Type'), settings('NotifyAccess')]).toEqual([['notify'], ['all']]);
  });

  it('refuses a start under a configuration with a mistake, as ExecStartPre', async () => {
    const config = join(dir, 'comet.json');
    const check = async (text: string) => {
      await writeFile(config, text);
      return (await runComet(['check'], { env: { COMET_CONFIG: config, COMET_PID_FILE: join(dir, 'pid') } })).code;
    };
    expect(await check('{"port": 8885}')).toBe(0);
    expect(await check('{"prot": 8885}')).toBe(2);
  });
});
