import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { set, watch } from '../contract/world.ts';
import { freePort } from '../support/free-port.ts';
import type { RedisClient } from '../support/redis-client.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

const run = promisify(execFile);
const stage = new RedisStage();

afterEach(() => stage.clear());

async function directory(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'comet-tls-'));
  stage.closing(() => rm(dir, { recursive: true }));
  return dir;
}

/** An authority of our own, and what it vouches for: `server` (localhost) and `client`. */
async function certificates(dir: string): Promise<void> {
  const key = (name: string) => [
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-keyout',
    `${name}.key`,
  ];
  const openssl = (...args: string[]) => run('openssl', args, { cwd: dir });
  await openssl('req', '-x509', ...key('ca'), '-out', 'ca.pem', '-subj', '/CN=our authority', '-days', '1');
  for (const name of ['server', 'client']) {
    const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const by = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-days', '1'];
    await openssl('req', '-x509', ...by, ...key(name), '-out', `${name}.pem`, '-subj', `/CN=${name}`, ...names);
  }
}

async function works(client: RedisClient): Promise<void> {
  await watch(client, 'k');
  await set(client, 'k', 'x');
  await until(() => client.events.entries('k').length === 1);
}

describe('the way to Redis', () => {
  it('a socket in the file system, with user, password and database', async () => {
    const dir = await directory();
    const path = join(dir, 'redis.sock');
    const redis = await stage.server({ unixsocket: path, user: 'me on >secret ~* &* +@all' });
    const client = await stage.opened({ url: `unix://me:secret@${path}?db=3`, prefix: 'unix:' });
    await works(client);
    expect(String(await redis.cli('INFO', 'keyspace'))).toMatch(/^db3:/m);
    expect(client.logs.join('')).toContain(`${path}/3`);
    expect(client.logs.join('')).not.toContain('secret');
  });

  it('TLS with an authority of our own and a certificate for us; without them it is refused', async () => {
    const dir = await directory();
    await certificates(dir);
    const [ca, cert, key] = ['ca.pem', 'client.pem', 'client.key'].map((name) => join(dir, name)) as [
      string,
      string,
      string,
    ];
    const port = await freePort();
    await stage.server({
      'tls-port': String(port),
      'tls-ca-cert-file': ca,
      'tls-cert-file': join(dir, 'server.pem'),
      'tls-key-file': join(dir, 'server.key'),
    });
    const url = `rediss://localhost:${port}`;
    await works(await stage.opened({ url, prefix: 'tls:', tlsFiles: { ca, cert, key } }));
    for (const [tlsFiles, reason] of [
      [{ ca: '', cert, key }, /certificate/],
      [{ ca, cert: '', key: '' }, /certificate|alert|ECONNRESET|closed/i],
      [{ ca: join(dir, 'missing.pem'), cert, key }, /ENOENT.*missing\.pem/],
    ] as const) {
      const client = stage.started({ url, tlsFiles });
      await until(() => {
        const health = client.engine.health();
        return !health.ready && reason.test(health.reason);
      });
    }
  });
});
