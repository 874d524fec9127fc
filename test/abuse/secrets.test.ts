/** Nothing that the server shows anywhere holds a secret, or anything that a client could have put there as a line of its own. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { signMailbox } from '../../src/sign.ts';
import { render, Wire } from '../http/wire.ts';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { get, post, raw } from '../support/http-client.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const PUBLISH = 'hunter2-publish-0123456789';
const SIGN = 'hunter2-sign-0123456789';
const TOKEN = 'hunter2-token-0123456789-0123456789';
const REDIS = 'hunter2-redis-0123456789';

describe('a server that logs all that it can', () => {
  let redis: RedisServer;
  let comet: CometProcess;
  let env: Record<string, string>;
  const seen: string[] = [];

  beforeAll(async () => {
    redis = await RedisServer.start({ config: { requirepass: REDIS } });
    env = {
      COMET_PUBLISH_KEY: PUBLISH,
      COMET_SIGN_SECRET: SIGN,
      COMET_TOKEN_SECRET: TOKEN,
      COMET_REDIS_URL: redis.url,
    };
    comet = await CometProcess.start({
      env,
      workers: 1,
      flags: { 'log-level': 'trace', 'trusted-proxies': '127.0.0.0/8', 'redis-timeout': 0.5, 'drain-seconds': 0.5 },
    });
  });
  afterAll(async () => {
    await comet.stop();
    await redis.stop();
  });

  it('is asked for everything, with everything that could end a line', async () => {
    const port = comet.port();
    const expires = String(Math.floor(Date.now() / 1000) + 600);
    const sign = signMailbox(SIGN, '1', expires);
    const ugly = '\r\n{"level":"fatal","msg":"forged"}\n\x1b[31m\x1b]0;title\x07\u2028\u0085';
    const headers = { authorization: `Bearer ${PUBLISH}` };
    for (const text of [ugly, `a${encodeURIComponent(ugly)}`, PUBLISH, '%1b[31m']) {
      seen.push((await post(port, '/batch', { json: [{ key: text, value: text, id: text }], headers })).body);
      seen.push((await post(port, '/batch', { json: { [text]: text }, headers })).body);
      seen.push((await get(port, `/events?${new URLSearchParams({ key: text, after: text })}`)).body);
      seen.push((await get(port, '/get?key=a&timeout=0', { headers: { authorization: `Bearer ${TOKEN}` } })).body);
      for (const path of ['/get', '/set', '/push', '/', `/${encodeURIComponent(text)}`]) {
        const form = { key: text, uid: text, value: text, id: text, sign, expires, after: text, jsonCallback: text };
        seen.push((await post(port, path, { form, headers })).body);
        seen.push((await get(port, `${path}?${new URLSearchParams(form)}`)).body);
      }
    }
    seen.push((await get(port, `/?uid=1&expires=${expires}&sign=${sign}&timeout=0`)).body);
    for (const value of [
      '"\t"',
      '\x80\xff',
      '203.0.113.9, 10.0.0.1%\x1b[31m',
      `::1%${'x'.repeat(50)}`,
      'fe80::1%{"a":1}',
    ]) {
      const lines = [`X-Forwarded-For: ${value}`, `X-Real-IP: ${value}`, `User-Agent: ${value}`, `Cookie: ${value}`];
      seen.push((await Wire.ask(port, render('/get?key=a&timeout=0', { headers: lines }))).body);
    }
    seen.push(await raw(port, `GET /\x1b[31m HTTP/1.1\r\nAuthorization: Bearer ${PUBLISH}\r\n\r\n`));
    await redis.cli('SET', 'Q/MSGwrong', 'type');
    seen.push((await post(port, '/push', { form: { uid: 'wrong', value: PUBLISH }, headers })).body);
    await redis.kill();
    seen.push((await post(port, '/set', { form: { key: 'a', value: 'b' }, headers })).body);
    await until(async () => (await get(comet.adminPort, '/readyz')).status === 503);
    seen.push((await get(port, '/readyz')).body, (await get(comet.adminPort, '/readyz')).body);
    expect(seen.every((body) => body !== '')).toBe(true);
  });

  it('logs JSON and nothing but JSON, a line at a time', async () => {
    // The last one may have come in part.
    const written = () => comet.output.split('\n').slice(0, -1);
    await until(() => written().length > 50);
    const lines = written();
    for (const line of lines) {
      const { msg, level } = JSON.parse(line) as Record<string, unknown>;
      expect([typeof msg, msg === 'forged', level === 'fatal']).toEqual(['string', false, false]);
      expect(line).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
    }
  });

  it('has no secret in answers, logs and metrics', async () => {
    seen.push((await get(comet.adminPort, '/metrics')).body);
    // What a client has sent itself it may be told.
    const told = seen.filter((body) => body.includes('hunter2') && !body.includes(PUBLISH));
    expect(told).toEqual([]);
    expect(comet.output).not.toContain('hunter2');
    expect(comet.output).not.toContain(signMailbox(SIGN, '1', '').slice(0, 8));
    expect((await get(comet.adminPort, '/metrics')).body).not.toContain('hunter2');
  });

  it.each([[['print-config']], [['print-config', '--json']], [['check']], [['nginx', '--full']], [['doctor']]])(
    'has none in what %j prints',
    async (args) => {
      const { stdout, stderr } = await runComet(args, { env });
      expect(stdout + stderr).not.toContain('hunter2');
      expect(stdout + stderr).not.toBe('');
    },
  );

  it('has none in its command lines, and its workers none in their environment', async () => {
    const workers = await comet.workerPids();
    expect(workers).toHaveLength(1);
    for (const pid of [comet.pid, ...workers]) {
      expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain('hunter2');
      expect(await readFile(`/proc/${pid}/comm`, 'utf8')).not.toContain('hunter2');
    }
    for (const pid of workers) {
      const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
      expect(environment).not.toContain('hunter2');
      expect(environment).not.toContain('COMET_');
    }
  });
});

describe('the admin server', () => {
  it('stays on loopback when the workers are public', async () => {
    const env = { COMET_PUBLISH_KEY: PUBLISH, COMET_SIGN_SECRET: SIGN };
    const comet = await CometProcess.start({ env, workers: 1, flags: { host: '0.0.0.0', 'drain-seconds': 0.5 } });
    try {
      const listeners = (await readFile('/proc/net/tcp', 'utf8')).split('\n').map((line) => line.trim().split(/\s+/));
      const addressOf = (port: number) => {
        const hex = port.toString(16).toUpperCase().padStart(4, '0');
        const own = listeners.filter(([, local, , state]) => state === '0A' && local?.endsWith(`:${hex}`));
        return own.map(([, local]) => local?.split(':')[0]);
      };
      expect(addressOf(comet.port())).toEqual(['00000000']);
      expect(addressOf(comet.adminPort)).toEqual(['0100007F']);
      for (const path of ['/metrics', '/readyz?x=/metrics', '/..%2fmetrics', '//metrics']) {
        expect((await get(comet.port(), path)).body).not.toContain('comet_waiters');
      }
    } finally {
      await comet.stop();
    }
  });
});
