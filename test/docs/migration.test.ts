import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isOptionName } from '../../src/config/options.ts';
import { signMailbox } from '../../src/sign.ts';
import { Child } from '../support/child.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { Nginx } from '../support/nginx.ts';
import { waiters } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { blocksOf, readDocument } from './markdown.ts';

const run = promisify(execFile);
const GUIDES = ['tornado', 'php-redis-polling', 'nchan'] as const;
const SECRET = 'correct horse battery staple';

let redis: RedisServer;
let comet: CometProcess;

beforeAll(async () => {
  redis = await RedisServer.start({ config: { 'notify-keyspace-events': 'Kl' } });
  comet = await CometProcess.start({
    flags: { 'redis-url': redis.url, 'mailbox-wait-max': 20 },
    env: { COMET_SIGN_SECRET: SECRET, COMET_PUBLISH_KEY: 'a-publish-key-for-this-test' },
  });
});

afterAll(async () => {
  await comet?.stop();
  await redis?.stop();
});

const guide = (name: string) => readDocument(`docs/migration/${name}.md`);
const server = () => `http://127.0.0.1:${comet.port(0)}`;
const headers = { authorization: 'Bearer a-publish-key-for-this-test' };

/** Runs the JavaScript of a guide with some lines below it, in a process of its own. */
async function follow(name: string, lines: string): Promise<Child> {
  const [example = ''] = blocksOf(await guide(name), 'js');
  return await Child.start(process.execPath, ['--input-type=module', '-e', `${example}\n${lines}`]);
}

/** Whether this machine has the program. */
async function has(program: string): Promise<boolean> {
  return await run(program, ['--version']).then(
    () => true,
    () => false,
  );
}

describe('the guides', () => {
  it.each(GUIDES)('%s names options that exist', async (name) => {
    const text = await guide(name);
    const named = [...text.matchAll(/`([a-z]+(?:-[a-z]+)+)`/g)].map(([, option = '']) => option);
    const foreign = ['no-store'];
    expect(named.filter((option) => !isOptionName(option) && !foreign.includes(option))).toEqual([]);
  });

  it('have Python and PHP that their languages take', async () => {
    const languages = [
      ['tornado', 'python', 'python3', (code: string) => ['-c', `import ast, sys; ast.parse(sys.argv[1])`, code]],
      ['php-redis-polling', 'php', 'php', (code: string) => ['-r', `if (false) { ${code} }`]],
    ] as const;
    for (const [name, language, program, args] of languages) {
      const blocks = blocksOf(await guide(name), language);
      expect(blocks.length).toBeGreaterThan(0);
      if (!(await has(program))) continue;
      for (const block of blocks) await run(program, [...args(block)]);
    }
  });
});

describe('docs/migration/php-redis-polling.md', () => {
  it('polls with the sign that its page makes, and hears of bare pushes at once', async () => {
    const expires = String(Math.floor(Date.now() / 1000) + 60);
    const query = new URLSearchParams({ uid: '42', sign: signMailbox(SECRET, '42', expires), expires });
    const call = `await listen('${server()}', '${query}', (text) => console.log(text));`;
    const client = await follow('php-redis-polling', `${call}\nconsole.log('stopped');`);
    try {
      await until(async () => (await waiters(comet)) === 1, { message: 'its first poll', timeout: 20_000 });
      let expected = '';
      for (const message of ['{"n":1}', 'plain', '{"n":2}']) {
        await redis.cli('LPUSH', 'Q/MSG42', message);
        expected += `${message}\n`;
        await until(() => client.stdout === expected, { message: `${message} to arrive`, timeout: 8000 });
      }
    } finally {
      await client.stop();
    }
  });

  it('answers under the path of the old page', async () => {
    const [location = ''] = blocksOf(await guide('php-redis-polling'), 'nginx');
    const port = await freePort();
    const config = `events {}
http {
  upstream comet_8885 { server 127.0.0.1:${comet.port(0)}; }
  server { listen 127.0.0.1:${port}; ${location} }
}`;
    const nginx = await Nginx.start(config, { port });
    try {
      const expires = String(Math.floor(Date.now() / 1000) + 60);
      const query = new URLSearchParams({ uid: '43', sign: signMailbox(SECRET, '43', expires), expires });
      await redis.cli('LPUSH', 'Q/MSG43', 'by the old path');
      expect((await get(port, `/poll.php?${query}`)).body).toBe('by the old path');
    } finally {
      await nginx.stop();
    }
  });

  it('makes the same sign in PHP, where there is one', async () => {
    const [, block = ''] = blocksOf(await guide('php-redis-polling'), 'php');
    expect(block).toContain('hash_hmac');
    if (!(await has('php'))) return;
    const program = `${block.slice(0, block.indexOf('$expires ='))} echo sign(${JSON.stringify(SECRET)}, '42', '1893456000');`;
    const { stdout } = await run('php', ['-r', program]);
    expect(stdout).toBe(signMailbox(SECRET, '42', '1893456000'));
  });
});

describe('docs/migration/nchan.md', () => {
  it('subscribes to every message in order, and tells when some were missed', async () => {
    const call = `await subscribe('${server()}', 'all', (value) => console.log(value), () => console.log('missed'));`;
    const client = await follow('nchan', call);
    try {
      const values = Array.from({ length: 10 }, (_, index) => `m${index}`);
      for (const value of values) await post(comet.port(1), '/set', { headers, form: { key: 'all', value } });
      await until(() => client.stdout === `${values.join('\n')}\n`, { message: 'every message' });
      await post(comet.port(1), '/delete', { headers, form: { key: 'all' } });
      await post(comet.port(1), '/set', { headers, form: { key: 'all', value: 'anew' } });
      await until(() => client.stdout.endsWith('m9\nmissed\nanew\n'), { message: 'the new life of the key' });
    } finally {
      await client.stop();
    }
  });
});
