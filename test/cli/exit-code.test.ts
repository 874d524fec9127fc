/** The built command line, as operators run it. */
import { describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';

describe('exit code', () => {
  it.each<[readonly string[], number]>([
    [['--version'], 0],
    [['start', '--help'], 0],
    [['check'], 0],
    [['check', '--port', 'x'], 2],
    [['start', '--port', 'x'], 2],
    [['start', '--host', '0.0.0.0'], 2],
    [['start', '--nonsense'], 2],
    [['nonsense'], 2],
    [['get', 'key', '--url', 'http://127.0.0.1:9', '--timeout', '1'], 1],
    [['reload', '--pid-file', '/nonexistent/comet.pid'], 1],
  ])('of %j is %d', async (args, code) => {
    const run = await runComet(args);
    expect(run).toMatchObject({ code, signal: null });
    expect(run.stderr === '').toBe(code === 0);
    expect(run.stderr).not.toContain('    at ');
  });

  it('of a start that would be open to everybody names the options', async () => {
    const { stderr } = await runComet(['start'], { env: { COMET_HOST: '::' } });
    expect(stderr).toContain(
      'COMET_HOST: without keys everybody who reaches :: could publish; set publish-key and sign-secret',
    );
  });
});
