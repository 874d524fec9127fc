import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signMailbox } from '../../src/sign.ts';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const PUBLISH_KEY = 'publish-key-of-the-proxy-test';
const SIGN_SECRET = 'sign-secret-of-the-proxy-test';
const PUBLISHER = { authorization: `Bearer ${PUBLISH_KEY}` };

let redis: RedisServer;
let comet: CometProcess;
let nginx: Nginx;
let site: string;

/** Two workers on Redis, and a real nginx that runs, unedited, what `comet nginx --full` printed. */
beforeAll(async () => {
  site = await mkdtemp(join(tmpdir(), 'comet-site-'));
  // The workers of nginx run as another user.
  await chmod(site, 0o755);
  await writeFile(join(site, 'robots.txt'), 'User-agent: *');
  redis = await RedisServer.start();
  comet = await CometProcess.start({
    flags: {
      'redis-url': redis.url,
      'redis-timeout': 8,
      'publish-key': PUBLISH_KEY,
      'sign-secret': SIGN_SECRET,
      'trusted-proxies': '127.0.0.0/8',
      'log-level': 'debug',
      'drain-seconds': 2,
    },
  });
  const port = await freePort();
  const { stdout, stderr, code } = await runComet([
    'nginx',
    '--full',
    ...['--port', String(comet.port()), '--workers', '2', '--drain-seconds', '2'],
    ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs', '--static', site],
  ]);
  expect({ stderr, code }).toEqual({ stderr: '', code: 0 });
  nginx = await Nginx.start(stdout, { port });
});

afterAll(async () => {
  await nginx?.stop();
  await comet?.stop();
  await redis?.stop();
  await rm(site, { recursive: true, force: true });
});

function set(key: string, value: string) {
  return post(nginx.port, '/set', { form: { key, value }, headers: PUBLISHER });
}

/** Waits until so many polls are parked, on all workers together. */
function parked(count: number) {
  return until(async () => {
    const metrics = await get(comet.adminPort, '/metrics');
    return new RegExp(`^comet_waiters ${count}$`, 'm').test(metrics.body);
  });
}

describe('comet behind nginx', () => {
  it('wakes every waiter by one set, on both workers', async () => {
    const polls = Array.from({ length: 20 }, () => get(nginx.port, '/get?key=news&after=0&timeout=30'));
    await parked(polls.length);
    const { cursor } = (await set('news', 'one')).json();
    for (const poll of await Promise.all(polls)) {
      expect(poll.json()).toEqual({ error_code: 0, key: 'news', value: 'one', cursor, recovered: true });
    }
    const onEach = await Promise.all(comet.ports.map((port) => get(port, '/get?key=news')));
    for (const answer of onEach) expect(answer.json()).toMatchObject({ value: 'one' });
  });

  it('holds a poll for as long as the client asks', async () => {
    const before = performance.now();
    const answer = await get(nginx.port, '/get?key=silent&timeout=4');
    expect(performance.now() - before).toBeGreaterThan(3_900);
    expect(answer).toMatchObject({ status: 200 });
    expect(answer.json()).toEqual({ error_code: 1, key: 'silent', cursor: '0' });
  });

  it('delivers mailbox messages, and keeps their signs out of the logs', async () => {
    const expires = String(Math.floor(Date.now() / 1000) + 60);
    const sign = signMailbox(SIGN_SECRET, '42', expires);
    const query = new URLSearchParams({ uid: '42', expires, sign });
    const headers = { referer: `http://example.org/?${query}` };
    const poll = get(nginx.port, `/?${query}`, { headers });
    await parked(1);
    await post(nginx.port, '/push', { json: { uid: '42', value: '{"hello":1}' }, headers: PUBLISHER });
    expect(await poll).toMatchObject({ status: 200, body: '{"hello":1}' });
    expect((await get(nginx.port, `/?uid=43&sign=${sign}`)).status).toBe(404);
    const [access, error] = ['access', 'error'].map((kind) => `logs/comet_${comet.port()}.${kind}.log`);
    const logs = await until(async () => {
      const text = await readFile(join(nginx.dir, access ?? ''), 'utf8');
      // Each process of nginx writes its lines when it likes: the later one may be there first.
      return [200, 404].every((status) => text.includes(` "GET / HTTP/1.1" ${status} `)) ? text : undefined;
    });
    const all = logs + (await readFile(join(nginx.dir, error ?? ''), 'utf8')) + nginx.stderr + comet.output;
    for (const secret of [sign, PUBLISH_KEY, SIGN_SECRET]) expect(all).not.toContain(secret);
  });

  it('learns the address of the client, whatever that claims', async () => {
    const agent = new Agent({ localAddress: '127.0.0.9' });
    const headers = { 'x-real-ip': '6.6.6.6', 'x-forwarded-for': '6.6.6.6' };
    await get(nginx.port, '/get?key=news', { agent, headers });
    agent.destroy();
    const answered = () => comet.logs().filter(({ msg }) => msg === 'request answered');
    const clients = await until(() => {
      const seen = answered().map(({ client }) => client);
      return seen.includes('127.0.0.9') ? seen : undefined;
    });
    expect(clients).not.toContain('6.6.6.6');
  });

  it('compresses long answers and leaves short ones alone', async () => {
    const value = 'long '.repeat(2_000);
    await set('long', value);
    const headers = { 'accept-encoding': 'gzip' };
    expect((await get(nginx.port, '/get?key=long', { headers })).headers['content-encoding']).toBe('gzip');
    expect((await get(nginx.port, '/get?key=long')).json()).toMatchObject({ value });
    expect((await get(nginx.port, '/get?key=news', { headers })).headers['content-encoding']).toBeUndefined();
  });

  it('passes refusals of workers, and refuses large bodies by itself', async () => {
    expect((await post(nginx.port, '/set', { form: { key: 'a', value: 'b' } })).json()).toMatchObject({
      error: 'UNAUTHORIZED',
    });
    const body = 'x'.repeat(300_000);
    const large = await post(nginx.port, '/set', { body, headers: PUBLISHER });
    expect(large).toMatchObject({ status: 413 });
    expect(large.json()).toMatchObject({ error_code: 70, error: 'BODY_TOO_LARGE' });
    expect((await get(comet.adminPort, '/metrics')).body).toContain('comet_refused_total{reason="body_size"} 0');
    expect((await get(nginx.port, '/robots.txt')).body).toBe('User-agent: *');
  });

  it('goes on when a worker has died', async () => {
    const [first] = await comet.workerPids();
    if (first === undefined) throw new Error('there is no worker');
    process.kill(first, 'SIGKILL');
    await until(async () => !(await comet.workerPids()).includes(first));
    // A 503 is allowed (its successor may not have reached Redis yet, or be late for its port), a lost set is not.
    const statuses = new Set<number>();
    const isWritten = async (key: string) => {
      const { status } = await set(key, 'x');
      statuses.add(status);
      return status === 200;
    };
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => until(() => isWritten(`dies-${index}`), { interval: 50 })),
    );
    expect([...statuses].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  });
});
