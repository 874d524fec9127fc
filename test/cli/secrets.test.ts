import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { OPTION_NAMES } from '../../src/config/options.ts';
import { startComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { until } from '../support/until.ts';
import { runMain } from './run-main.ts';

const KEY = 'hunter2-hunter2-hunter2';

describe('secrets', () => {
  const env = {
    COMET_REDIS_URL: `redis://user:${KEY}@10.0.0.1:6379/1`,
    COMET_PUBLISH_KEY: KEY,
    COMET_SIGN_SECRET: `${KEY},${KEY}`,
  };

  it.each([
    [['print-config']],
    [['print-config', '--json']],
    [['check']],
    [['nginx']],
    [['nginx', '--full']],
    [['sign', '42']],
  ])('are not told by %j', async (args) => {
    const { code, stdout, stderr } = await runMain(args, env);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).not.toContain('hunter2');
  });

  it.each([
    [['check', '--publish-key', 'hunter2']],
    [['check', '--publsh-key', KEY]],
    [['check', `--publsh-key=${KEY}`]],
    [['check', `--redis-url=http://${KEY}@host`, '--port', 'x']],
    [['check', '--publish-key', KEY, KEY]],
    [['get', 'key', '--url', `http://${KEY}@127.0.0.1`]],
  ])('are not told by a problem of %j', async (args) => {
    const { code, stdout, stderr } = await runMain(args, env);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).not.toContain('hunter2');
  });

  it('are shown as there, with their places', async () => {
    const { stdout } = await runMain(['print-config'], env);
    expect(stdout).toMatch(
      /^redis-url = "redis:\/\/\[redacted\]@10\.0\.0\.1:6379\/1" +# environment: COMET_REDIS_URL$/m,
    );
    expect(stdout).toMatch(/^publish-key = \["\[redacted\]"\] +# environment: COMET_PUBLISH_KEY$/m);
    expect(stdout).toMatch(/^sign-secret = \["\[redacted\]","\[redacted\]"\] +# environment: COMET_SIGN_SECRET$/m);
    expect(stdout).toMatch(/^port = 8885 +# default$/m);
    expect(stdout.trimEnd().split('\n')).toHaveLength(OPTION_NAMES.length);
  });

  it('are gone from the process title and the log of a server that got them as flags', async () => {
    const flags = {
      'publish-key': KEY,
      'sign-secret': KEY,
      'redis-url': `redis://:${KEY}@127.0.0.1:1`,
      'log-level': 'debug',
    } as const;
    const comet = await CometProcess.start({ workers: 1, flags, wait: 'alive' });
    try {
      await until(async () => (await comet.workerPids()).length === 1 && comet.output.includes('redis'));
      for (const pid of [comet.pid, ...(await comet.workerPids())]) {
        expect(readFileSync(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('hunter2');
      }
    } finally {
      await comet.stop();
    }
    expect(comet.output).not.toContain('hunter2');
  });

  it('are gone from the process title of a command that goes on', async () => {
    const child = await startComet(['get', 'key', '--follow', '--url', 'http://127.0.0.1:9', '--publish-key', KEY]);
    try {
      await until(() => child.stderr.includes('no answer'));
      expect(readFileSync(`/proc/${child.pid}/cmdline`, 'utf8')).not.toContain('hunter2');
    } finally {
      await child.stop('SIGKILL');
    }
  });
});
