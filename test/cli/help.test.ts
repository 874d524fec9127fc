import { describe, expect, it } from '@jest/globals';
import { variableOf } from '../../src/config/environment.ts';
import { OPTION_NAMES, OPTIONS } from '../../src/config/options.ts';
import { runMain } from './run-main.ts';

const COMMANDS = [
  'start',
  'check',
  'doctor',
  'print-config',
  'nginx',
  'sysctl',
  'reload',
  'sign',
  'top',
  'get',
  'watch',
  'set',
  'push',
];

describe('help', () => {
  it('of comet lists every command', async () => {
    const { code, stdout } = await runMain(['--help']);
    expect(code).toBe(0);
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^  ${command} \\[options\\]`, 'm'));
  });

  it.each(['start', 'check', 'print-config'])('of %s lists every option, in groups', async (command) => {
    const { code, stdout } = await runMain([command, '--help']);
    const text = stdout.replace(/\s+/g, ' ');
    expect(code).toBe(0);
    for (const name of OPTION_NAMES) {
      const { placeholder, help } = OPTIONS[name];
      expect(text).toContain(`--${name}${placeholder === '' ? '' : ` <${placeholder}>`} ${help}`);
      expect(text).toContain(`(${variableOf(name)}; default: `);
    }
    for (const group of ['Listening:', 'Engine:', 'Security:', 'Polls:', 'Limits:', 'Operations:']) {
      expect(stdout).toMatch(new RegExp(`^${group}$`, 'm'));
    }
  });

  it('names the values of an option that has a few', async () => {
    const text = (await runMain(['start', '--help'])).stdout.replace(/\s+/g, ' ');
    expect(text).toContain('(COMET_DASHBOARD; default: local; one of local, all, off)');
    expect(text).toContain('(COMET_LOG_LEVEL; default: info; one of trace, debug, info, warn, error, fatal, silent)');
  });

  it.each(COMMANDS)('of %s is shown with -h, by help and beside a mistake', async (command) => {
    const { stdout } = await runMain([command, '-h']);
    expect(stdout).toContain(`Usage: comet ${command} [options]`);
    expect((await runMain(['help', command])).stdout).toBe(stdout);
    expect(await runMain([command, '--nonsense', '--help'])).toEqual({ code: 0, stdout, stderr: '' });
  });
});
