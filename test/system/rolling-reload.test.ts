import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

const REQUESTS = 20_000;
const RELOADS = 3;
const CLIENTS = 40;
const KEY = 'publish-key-of-the-reload-test';
/** Half of it is what nginx may be late with closing a connection that a worker closes at the end of it. */
const DRAIN_SECONDS = 5;
const DRAIN = ['--drain-seconds', String(DRAIN_SECONDS)];

let redis: RedisServer;
let comet: CometProcess;
let nginx: Nginx;
let directory: string;
let pidFile: string;
const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS });

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'comet-rolling-'));
  pidFile = join(directory, 'pid');
  redis = await RedisServer.start();
  comet = await CometProcess.start({
    flags: {
      'redis-url': redis.url,
      'publish-key': KEY,
      'sign-secret': KEY,
      'pid-file': pidFile,
      'drain-seconds': DRAIN_SECONDS,
    },
  });
  const port = await freePort();
  const printed = await runComet([
    'nginx',
    '--full',
    ...['--port', String(comet.port()), '--workers', '2', ...DRAIN],
    ...['--listen', `127.0.0.1:${port}`, '--log-dir', 'logs'],
  ]);
  nginx = await Nginx.start(printed.stdout, { port });
});

afterAll(async () => {
  agent.destroy();
  await nginx?.stop();
  await comet?.stop();
  await redis?.stop();
  await rm(directory, { recursive: true, force: true });
});

/** A poll that waits a little, a poll that is answered at once, or a set. */
async function request(number: number): Promise<string | null> {
  const key = `key-${number % 50}`;
  const form = { key, value: String(number) };
  const kind = number % 3;
  const answer =
    kind === 0
      ? await post(nginx.port, '/set', { form, headers: { authorization: `Bearer ${KEY}` }, agent })
      : await get(nginx.port, `/get?key=${key}&timeout=${kind === 1 ? 0 : 0.05}`, { agent });
  if (answer.status === 200 && answer.json<{ error_code: number }>().error_code <= 1) return null;
  return `${answer.status} ${answer.body}`;
}

describe('rolling reloads under load, through nginx on the config as it was printed', () => {
  it(`fail none of ${REQUESTS} requests`, async () => {
    const failures: string[] = [];
    let next = 0;
    let reloading = true;
    const client = async () => {
      while (next < REQUESTS || reloading) {
        const failure = await request(next++).catch((error: unknown) => String(error));
        if (failure !== null) failures.push(failure);
      }
    };
    const load = Promise.all(Array.from({ length: CLIENTS }, client));
    const before = await comet.workerPids();
    const reloads: (number | null)[] = [];
    for (let count = 0; count < RELOADS; count++) {
      reloads.push((await runComet(['reload', '--pid-file', pidFile, ...DRAIN])).code);
    }
    reloading = false;
    await load;
    expect(reloads).toEqual([0, 0, 0]);
    expect(failures).toEqual([]);
    const replaced = async () => (await comet.workerPids()).every((pid) => !before.includes(pid));
    await until(replaced, { timeout: 30_000, message: 'the old workers to end' });
  }, 180_000);
});
