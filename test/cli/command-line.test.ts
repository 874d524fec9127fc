import { describe, expect, it } from '@jest/globals';
import { runMain } from './run-main.ts';

const KEY = 'hunter2-hunter2-hunter2';

describe('command line', () => {
  it('tells the version', async () => {
    expect(await runMain(['--version'])).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' });
  });

  it.each([[[]], [['strat']], [['help', 'strat']]])('%j is wrong', async (args) => {
    const { code, stdout, stderr } = await runMain(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toBe('');
  });

  it('with an unknown command says so, what may have been meant, and where help is', async () => {
    const stderr = "comet: unknown command 'strat'\n(Did you mean start?)\nSee comet --help.\n";
    expect(await runMain(['strat'])).toEqual({ code: 2, stdout: '', stderr });
  });

  it('with mistakes tells all of them and does nothing', async () => {
    const args = [
      'check',
      '--prot',
      '9',
      '--pin-cpus=false',
      '--port',
      'x',
      '--no-workers',
      '--backlog=0',
      '--workers',
    ];
    expect(await runMain(args, { COMET_HOST: 'nowhere' })).toEqual({
      code: 2,
      stdout: '',
      stderr: [
        'comet: 7 problems with the options; nothing was done',
        '  --prot: is not an option; did you mean --port?',
        '  --pin-cpus: takes no value; --no-… turns it off',
        '  --no-workers: is not an option; did you mean --workers?',
        '  --workers: needs a value',
        '  COMET_HOST: must be an IP address to bind, such as 127.0.0.1, 0.0.0.0 or ::, not "nowhere"',
        '  --port: must be a port, 0 to 65535, not "x"',
        '  --backlog: must be a whole number from 1 to 65535, not "0"',
        '',
      ].join('\n'),
    });
  });

  it.each([
    [['set', 'key'], 'comet set: VALUE is missing; write comet set KEY VALUE'],
    [['get', 'a', 'b'], 'argument 2: is one too many; quote what holds spaces'],
    [['check', KEY], 'argument 1: is one too many; quote what holds spaces'],
    [['get', 'key', '--timeout', 'x'], '--timeout: must be a number of seconds from 0 to 86400, not "x"'],
    [
      ['get', 'key', '--url', `redis://${KEY}`],
      '--url: must be the address of a server, such as http://127.0.0.1:8885',
    ],
    [['get', 'key', '--port', '0'], '--url: is needed, for the configuration leaves the port to the system'],
    [['reload'], 'pid-file: is needed, here and for comet start: it names the process'],
    [['nginx', '--http2'], '--http2: needs --tls-certificate and --tls-key'],
    [['sign', '42'], 'sign-secret: is needed; set COMET_SIGN_SECRET to the one of the server'],
  ])('%j has a problem', async (args, problem) => {
    const { code, stdout, stderr } = await runMain(args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toBe(`comet: a problem with the options; nothing was done\n  ${problem}\n`);
  });

  it('takes lists from flags given several times, and turns a flag off again', async () => {
    const args = [
      'print-config',
      '--json',
      '--cors-origin',
      'https://a.example',
      '--cors-origin=https://b.example',
      '--no-pin-cpus',
    ];
    const { stdout } = await runMain(args, { COMET_PIN_CPUS: 'true' });
    expect(JSON.parse(stdout)).toMatchObject({
      'cors-origin': { value: ['https://a.example', 'https://b.example'], source: 'flag', place: '--cors-origin' },
      'pin-cpus': { value: false, source: 'flag' },
    });
  });
});

describe('check', () => {
  it('sums the configuration up and warns', async () => {
    const { code, stdout } = await runMain(['check', '--workers', '3', '--max-waiters', '100', '--host', '::1']);
    expect(code).toBe(0);
    expect(stdout).toContain('workers: 3 on [::1]:8885 to 8887, each for 100 waiting requests\n');
    expect(stdout).toContain('engine:  embedded');
    expect(stdout).toContain('mode:    try-out\n');
    expect(stdout).toContain('warning: try-out mode');
  });
});
