import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/doctor/finding.ts';
import { runMain } from '../cli/run-main.ts';
import { Child } from '../support/child.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';
import { KEYS } from './world.ts';

const stage = new RedisStage();
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'comet-doctor-'));
});

afterEach(async () => {
  await stage.clear();
  await rm(dir, { recursive: true, force: true });
});

interface Report {
  readonly worst: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly findings: readonly Finding[];
}

/** Runs `comet doctor --json` on free ports unless told. */
async function examine(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const port = String(await freePort(3));
  const ports = ['--port', port, '--workers', '2', '--admin-port', String(Number(port) + 2)];
  // Longer than a busy machine may stand still: only a Redis that is meant to be silent is given up.
  const patience = ['--redis-timeout', '10'];
  const { code, stdout, stderr } = await runMain(['doctor', '--json', ...ports, ...patience, ...args], env);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as Report;
  const severity = (check: string) => report.findings.find((finding) => finding.check === check)?.severity;
  const text = (check: string) => JSON.stringify(report.findings.filter((finding) => finding.check === check));
  return { code, report, severity, text, stdout };
}

const SECRETS = { COMET_PUBLISH_KEY: KEYS.publishKey[0], COMET_SIGN_SECRET: KEYS.signSecret[0] };

describe('comet doctor', () => {
  it('looks at a Redis with everything as it comes', async () => {
    const redis = await stage.server();
    const { severity, text, report, stdout } = await examine(['--redis-url', redis.url], SECRETS);
    for (const check of ['redis', 'redis-kind', 'redis-permissions', 'redis-connections', 'clock', 'keys', 'ports']) {
      expect([check, severity(check), text(check)]).toEqual([check, 'ok', expect.anything()]);
    }
    expect(severity('redis-persistence')).toBe('warn');
    expect(severity('redis-keyspace-events')).toBe('warn');
    expect(severity('redis-pubsub-buffer')).toBe('info');
    expect(severity('redis-memory')).toBe('info');
    expect(severity('redis-eviction')).toBe('ok');
    expect(Object.values(report.counts).reduce((sum, count) => sum + count)).toBe(report.findings.length);
    expect(stdout).not.toContain(KEYS.publishKey[0]);
    expect(await redis.cli('DBSIZE')).toBe(0);
  });

  it('asks sentinels where Redis is, and takes a socket in the file system', async () => {
    const redis = await stage.server({ unixsocket: join(dir, 'redis.sock'), requirepass: 'the-right-password' });
    const path = await examine(['--redis-url', `unix://:the-right-password@${join(dir, 'redis.sock')}`], SECRETS);
    expect([path.severity('redis'), path.severity('redis-permissions')]).toEqual(['ok', 'ok']);

    const sentinel = await freePort();
    const file = join(dir, 'sentinel.conf');
    const monitor = `sentinel monitor main 127.0.0.1 ${redis.port} 1\nsentinel auth-pass main the-right-password\n`;
    await writeFile(file, `port ${sentinel}\nbind 127.0.0.1\ndir ${dir}\n${monitor}`);
    const child = await Child.start('redis-server', [file, '--sentinel']);
    stage.closing(() => child.stop());
    const url = `redis+sentinel://:the-right-password@127.0.0.1:${sentinel},127.0.0.1:1/main`;
    const asked = await until(async () => {
      const report = await examine(['--redis-url', url], SECRETS);
      return report.severity('redis') === 'ok' ? report : null;
    });
    expect(asked.severity('redis-permissions')).toBe('ok');
    const unknown = await examine(['--redis-url', url.replace('/main', '/other')], SECRETS);
    expect(unknown.text('redis')).toContain('no sentinel tells where other is');
  });

  it('finds what our user in Redis may not do, and nothing with the rights of the documentation', async () => {
    const guide = await readFile(new URL('../../docs/decisions/redis-permissions.md', import.meta.url), 'utf8');
    const rights = /ACL SETUSER comet on ><password> ([^`]*)/.exec(guide)?.[1]?.replace(/\s+/g, ' ').trim();
    const password = 'worker-password';
    const redis = await stage.server({
      user: [
        `enough on >${password} ${rights}`,
        `narrow on >${password} ~* resetchannels &comet:* +@all -hset -config -script`,
      ],
    });
    const as = (user: string) => ['--redis-url', `redis://${user}:${password}@127.0.0.1:${redis.port}`];
    const enough = await examine(as('enough'), SECRETS);
    expect([enough.severity('redis-permissions'), enough.text('redis-permissions')]).toEqual(['ok', expect.anything()]);
    const narrow = await examine(as('narrow'), SECRETS);
    expect(narrow.code).toBe(1);
    expect(narrow.severity('redis-permissions')).toBe('fail');
    for (const word of ['hset: NOPERM', 'script: NOPERM', '__keyspace@0__']) {
      expect(narrow.text('redis-permissions')).toContain(word);
    }
    expect(narrow.severity('redis-keyspace-events')).toBeUndefined();
    expect(narrow.stdout).not.toContain(password);
  });

  it('says why Redis is not reached, without its password, also when Redis is silent', async () => {
    const redis = await stage.server({ requirepass: 'the-right-password' });
    const wrong = `redis://:a-wrong-password@127.0.0.1:${redis.port}`;
    const refused = await examine(['--redis-url', wrong], SECRETS);
    expect([refused.code, refused.severity('redis')]).toEqual([1, 'fail']);
    expect(refused.text('redis')).toContain('WRONGPASS');
    expect(refused.stdout).not.toContain('a-wrong-password');

    const away = await examine(['--redis-url', `redis://127.0.0.1:${await freePort()}`], SECRETS);
    expect(away.text('redis')).toContain('ECONNREFUSED');

    redis.freeze();
    const silent = await examine(['--redis-url', redis.url, '--redis-timeout', '0.1'], SECRETS);
    redis.thaw();
    expect([silent.code, silent.severity('redis')]).toEqual([1, 'fail']);
  });

  it('knows a server that runs, by its pid file and by its answers', async () => {
    const pidFile = join(dir, 'comet.pid');
    const comet = await CometProcess.start({ flags: { 'pid-file': pidFile } });
    stage.closing(() => comet.stop());
    const ports = ['--port', String(comet.port(0)), '--admin-port', String(comet.adminPort)];
    // One that does not answer within two seconds is taken for another program.
    const found = (severity: string, ...args: string[]) =>
      until(async () => {
        const report = await examine([...ports, ...args]);
        return report.severity('ports') === severity ? report : null;
      });
    const known = await found('ok', '--pid-file', pidFile);
    expect(known.text('pid-file')).toContain(`process ${comet.pid}`);
    expect(known.text('open-files')).toContain(`the limit of process ${comet.pid}`);
    await found('info');
  });

  it('says for people what it found, and ends with a code for programs', async () => {
    const port = await freePort(3);
    const nginx = join(dir, 'nginx.conf');
    const args = ['--port', String(port), '--workers', '2', '--admin-port', String(port + 2), '--nginx', nginx];
    const good = await runMain(['nginx', '--full', '--max-waiters', '1000', ...args.slice(0, 6)], SECRETS);
    await writeFile(nginx, good.stdout);
    const env = { ...SECRETS, COMET_TRUSTED_PROXIES: '127.0.0.1' };
    const fine = await runMain(['doctor', '--max-waiters', '1000', ...args], env);
    expect(fine.stdout).toMatch(/^ok {4}nginx /m);
    expect([0, 3]).toContain(fine.code);

    await writeFile(nginx, good.stdout.replace(/proxy_read_timeout .*;/, ''));
    const bad = await runMain(['doctor', '--max-waiters', '1000', ...args], env);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(
      /^fail {2}nginx-read-timeout .*\n {6}why: {2}nginx answers 504.*\n {6}mend: proxy_read_timeout/m,
    );
    expect(bad.stdout).toMatch(/^1 failing, \d+ to mend before production, \d+ to know, \d+ fine$/m);
  });

  it('ends with 3 for a warning and 1 for a failure', async () => {
    const { code, report } = await examine(['--max-waiters', '100']);
    // No keys: a warning, whatever the machine is like.
    expect([code, report.worst]).toEqual([3, 'warn']);
    const port = await freePort(3);
    const other = await listening(port);
    try {
      const { stdout, code: failed } = await runMain(['doctor', '--port', String(port), '--workers', '1']);
      expect(failed).toBe(1);
      expect(stdout).toContain(`fail  ports`);
    } finally {
      other.close();
    }
  });
});

function listening(port: number): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
