/** Tokens through a real nginx that runs what `comet nginx --full` printed: they arrive, and stay out of its logs. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { until } from '../support/until.ts';
import { bearer, mint, TOKEN_SECRET } from './minted.ts';

const ENV = { COMET_TOKEN_SECRET: TOKEN_SECRET };

let comet: CometProcess;
let nginx: Nginx;
let token: string;

beforeAll(async () => {
  const flags = { reading: 'token', 'token-cookie': 'session', 'drain-seconds': 1 } as const;
  comet = await CometProcess.start({ workers: 1, flags, env: ENV });
  const port = await freePort();
  const args = ['--full', '--port', String(comet.port()), '--workers', '1', '--drain-seconds', '1'];
  const { stdout } = await runComet(['nginx', ...args, '--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'], {
    env: ENV,
  });
  expect(stdout).not.toContain('MIND');
  nginx = await Nginx.start(stdout, { port });
  token = await mint({ read: ['*'], set: ['*'], mailbox: '42' });
});

afterAll(async () => {
  await nginx?.stop();
  await comet?.stop();
});

describe('behind nginx', () => {
  it('a token passes in the header, a long one too', async () => {
    const long = await mint({ read: ['news'] }, { claims: { jti: 'x'.repeat(5800) } });
    expect(long.length).toBeGreaterThan(7800);
    for (const each of [token, long]) {
      expect((await get(nginx.port, '/get?key=news&timeout=0', bearer(each))).status).toBe(200);
    }
  });

  it('a cookie counts for a page of the host that nginx answers for, and for no other', async () => {
    const set = async (origin: string) => {
      const headers = { cookie: `session=${token}`, origin };
      return (await post(nginx.port, '/set', { form: { key: 'news', value: 'v' }, headers })).status;
    };
    expect(await set(`http://127.0.0.1:${nginx.port}`)).toBe(200);
    expect(await set(`http://127.0.0.1:${comet.port()}`)).toBe(403);
    expect(await set('https://evil.example')).toBe(403);
  });

  it('an event stream opens with a cookie', async () => {
    const client = await EventClient.open(nginx.port, '/events?key=news', { headers: { cookie: `session=${token}` } });
    const [event] = await client.received(1);
    expect(event?.data.value).toBe('v');
    client.close();
  });

  it('no log holds a token', async () => {
    const logs = async () => {
      const directory = join(nginx.dir, 'logs');
      const files = await readdir(directory);
      return (await Promise.all(files.map((file) => readFile(join(directory, file), 'utf8')))).join('');
    };
    await until(async () => (await logs()).includes('/events'));
    expect((await logs()) + comet.output).not.toContain(token.slice(0, 40));
  });
});
