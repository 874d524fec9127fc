import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { World } from '../http/world.ts';
import type { Child } from '../support/child.ts';
import { runComet, startComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { until } from '../support/until.ts';
import { TOKEN_SECRET } from '../tokens/minted.ts';
import { runMain } from './run-main.ts';

describe('against a server whose keys are private', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start({ reading: 'token', tokenSecret: [TOKEN_SECRET] });
  });

  afterAll(() => world.stop());

  it.each([['get'], ['watch']])('%s says how to read them', async (command) => {
    const url = `http://127.0.0.1:${world.port}`;
    const { code, stderr } = await runMain([command, 'cli:private', '--url', url]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\(401 UNAUTHORIZED\); give --token\n$/)]);
    const refused = await runMain([command, 'cli:private', '--url', url, '--token', 'no-token']);
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/\(401 [A-Z_]+\)\n$/)]);
  });
});

const KEY = 'hunter2-hunter2-hunter2';

describe('against a server', () => {
  let comet: CometProcess;
  let env: Record<string, string>;

  beforeAll(async () => {
    comet = await CometProcess.start({ env: { COMET_PUBLISH_KEY: KEY } });
    env = { COMET_PORT: String(comet.ports[0]), COMET_WORKERS: '2', COMET_ADMIN_PORT: '0', COMET_PUBLISH_KEY: KEY };
  });

  afterAll(async () => {
    expect(await comet.stop()).toBe(0);
  });

  const run = (...args: string[]) => runComet(args, { env });

  it('set prints the cursor and get the value', async () => {
    const set = await run('set', 'cli:value', 'héllo');
    expect(set).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/^1-\S+\n$/) });
    expect(await run('get', 'cli:value')).toMatchObject({ code: 0, stderr: '', stdout: 'héllo\n' });
    const { stdout } = await run('get', 'cli:value', '--json', '--fresh');
    expect(JSON.parse(stdout)).toMatchObject({ error_code: 0, value: 'héllo', cursor: set.stdout.trim() });
  });

  it('get --after waits for what is newer, --all gives every entry', async () => {
    const cursor = (await run('set', 'cli:all', 'one')).stdout.trim();
    const waiting = run('get', 'cli:all', '--after', cursor, '--timeout', '20');
    await run('set', 'cli:all', 'two');
    expect(await waiting).toMatchObject({ code: 0, stdout: 'two\n' });
    expect((await run('get', 'cli:all', '--after', '0', '--all')).stdout).toBe('one\ntwo\n');
  });

  it('get gives up after its time-out', async () => {
    expect(await run('get', 'cli:nothing', '--timeout', '0.2')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'comet: nothing came within 0.2 s\n',
    });
  });

  it('set with an id is written once, and a conflict is told with the message of the server', async () => {
    const first = await run('set', 'cli:id', 'a', '--id', '1');
    expect((await run('set', 'cli:id', 'a', '--id', '1')).stdout).toBe(first.stdout);
    const conflict = await run('set', 'cli:id', 'b', '--id', '1');
    expect(conflict).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('(409 ID_CONFLICT)') });
  });

  it('set with a ttl tells the server', async () => {
    expect(await run('set', 'cli:ttl', 'a', '--ttl', 'soon')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ttl'),
    });
    expect(await run('set', 'cli:ttl', 'a', '--ttl', '0.05')).toMatchObject({ code: 0 });
    await until(async () => (await run('get', 'cli:ttl', '--timeout', '0')).code === 1);
  });

  it('push is refused without the key', async () => {
    expect(await run('push', '42', 'message')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const refused = await runComet(['push', '42', 'message'], {
      env: { ...env, COMET_PUBLISH_KEY: 'another-key-of-16' },
    });
    expect(refused.stderr).toMatch(
      /\(401 UNAUTHORIZED\); set COMET_PUBLISH_KEY to that of the server, or give --token\n$/,
    );
    expect(refused.code).toBe(1);
  });

  describe('get --follow', () => {
    const children: Child[] = [];

    afterEach(async () => {
      for (const child of children.splice(0)) await child.stop('SIGKILL');
    });

    async function follow(...args: string[]): Promise<Child> {
      const child = await startComet(['get', '--follow', ...args], { env });
      children.push(child);
      return child;
    }

    it('writes every entry as it comes, until Ctrl-C', async () => {
      await run('set', 'cli:follow', 'zero');
      const following = await follow('cli:follow');
      await until(() => following.stdout === 'zero\n');
      for (const value of ['one', 'two', 'three']) await run('set', 'cli:follow', value);
      await until(() => following.stdout === 'zero\none\ntwo\nthree\n');
      expect(await following.stop('SIGINT')).toEqual({ code: null, signal: 'SIGINT' });
      expect(following.stderr).toBe('');
    });

    it('ends at what will not pass', async () => {
      const following = await follow('k'.repeat(600));
      expect(await following.exited).toEqual({ code: 1, signal: null });
      expect(following.stderr).toContain('(400 ');
    });

    it('waits for a server that is not there yet', async () => {
      const port = await freePort();
      const url = `http://127.0.0.1:${port}`;
      const following = await follow('cli:later', '--url', url);
      await until(
        () => following.stderr === `comet: no answer from ${url}: connection refused (is it running?); trying again\n`,
      );
      const later = await CometProcess.start({ workers: 1, flags: { port }, env: { COMET_PUBLISH_KEY: KEY } });
      try {
        expect(await run('set', 'cli:later', 'here', '--url', url)).toMatchObject({ code: 0, stderr: '' });
        // It may have met a server that was not ready, and then waits as long as that asked for.
        await until(() => following.stdout === 'here\n', { timeout: 20_000 });
      } finally {
        await later.stop();
      }
    });
  });
});
