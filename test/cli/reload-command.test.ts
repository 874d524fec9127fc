import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { until } from '../support/until.ts';

const KEY = 'hunter2-hunter2-hunter2';

describe('comet reload', () => {
  let directory: string;
  let file: string;
  let comet: CometProcess;

  beforeEach(async () => {
    directory = mkdtempSync(join(tmpdir(), 'comet-cli-'));
    file = join(directory, 'comet.json');
    write({});
    comet = await CometProcess.start({ workers: 1, env: { COMET_CONFIG: file, COMET_SIGN_SECRET: KEY } });
  });

  afterEach(async () => {
    await comet.stop();
    rmSync(directory, { recursive: true });
  });

  const pidFile = () => join(directory, 'comet.pid');

  function write(options: object): void {
    writeFileSync(file, JSON.stringify({ 'pid-file': pidFile(), 'drain-seconds': 0.1, ...options }), { mode: 0o600 });
  }

  it('replaces the workers and says so, or says why not', async () => {
    const [before] = await comet.workerPids();
    write({ 'history-ttl': 3600, 'get-timeout': 5 });
    const done = await runComet(['reload', '--config', file]);
    expect(done).toMatchObject({ code: 0, stdout: 'reloaded: every worker runs under the new configuration\n' });
    // The one before may still be on its way out.
    const [after] = await until(async () => {
      const pids = await comet.workerPids();
      return pids.length === 1 && pids[0] !== before ? pids : null;
    });

    write({ backlog: 9 });
    const refused = await runComet(['reload', '--config', file]);
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('nothing was changed') });
    expect(refused.stderr).toContain('backlog: ');

    write({ backlog: 'x' });
    expect(await runComet(['reload', '--config', file])).toMatchObject({ code: 1, stdout: '' });
    // The server itself refuses it as well, for one who signals it by other means.
    comet.signal('SIGHUP');
    await until(() => readFileSync(`${pidFile()}.status`, 'utf8').includes('must be a whole number'));
    expect(await comet.workerPids()).toEqual([after]);
  });

  it('finds a server that ended, and one that a second start leaves alone', async () => {
    const second = await runComet(['start', '--config', file, '--port', '0', '--admin-port', '0', '--workers', '1']);
    expect(second).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`comet runs already, as process ${comet.pid}`),
    });
    expect(readFileSync(pidFile(), 'utf8')).toBe(`${comet.pid}\n`);
    await comet.kill();
    const reload = await runComet(['reload', '--config', file]);
    expect(reload).toMatchObject({ code: 1, stderr: expect.stringContaining('comet does not run any more') });
  });

  it('leaves a process alone that no comet is', async () => {
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const path = join(directory, 'other.pid');
    try {
      writeFileSync(path, `${other.pid}\n`);
      const reload = await runComet(['reload', '--pid-file', path]);
      expect(reload).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('is it the pid-file?') });
      expect(other.signalCode).toBe(null);
    } finally {
      other.kill('SIGKILL');
    }
  });
});
