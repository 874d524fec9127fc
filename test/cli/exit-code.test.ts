/** The built command line, as operators run it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { CLI, runComet } from '../support/comet.ts';

/** For documentation (RFC 5737), no machine's own: were a start not refused, it could still not listen, and would end. */
const ELSEWHERE = '192.0.2.1';

describe('exit code', () => {
  it.each<[readonly string[], number]>([
    [['--version'], 0],
    [['start', '--help'], 0],
    [['check'], 0],
    [['check', '--port', 'x'], 2],
    [['start', '--host', ELSEWHERE, '--port', 'x'], 2],
    [['start', '--host', ELSEWHERE, '--port', '0', '--admin-port', '0'], 2],
    [['start', '--host', ELSEWHERE, '--nonsense'], 2],
    [['nonsense'], 2],
    [['get', 'key', '--url', 'http://127.0.0.1:9', '--timeout', '1'], 1],
    [['reload', '--pid-file', '/nonexistent/comet.pid'], 1],
  ])('of %j is %d', async (args, code) => {
    const run = await runComet(args);
    expect(run).toMatchObject({ code, signal: null });
    expect(run.stderr === '').toBe(code === 0);
    expect(run.stderr).not.toContain('    at ');
  });

  it.each(['check', 'plan', 'sysctl', 'help'])('of %s is the same when nobody reads what it says', async (command) => {
    const child = spawn(process.execPath, [CLI, command], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const stderr = text(child.stderr);
    const [code] = await once(child, 'exit');
    expect([code, await stderr]).toEqual([0, expect.not.stringContaining('    at ')]);
  });

  it('of a start that would be open to everybody names the options', async () => {
    const { stderr } = await runComet(['start', '--port', '0', '--admin-port', '0'], {
      env: { COMET_HOST: ELSEWHERE },
    });
    expect(stderr).toContain(
      `COMET_HOST: without keys everybody who reaches ${ELSEWHERE} could publish; set publish-key and sign-secret`,
    );
  });
});
