import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { entryLine } from '../../src/cli/entry-line.ts';
import { Child } from '../support/child.ts';
import { CLI, startComet } from '../support/comet.ts';
import { CometProcess } from '../support/comet-process.ts';
import { post } from '../support/http-client.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';
import { runMain } from './run-main.ts';

const AT = new Date(2026, 0, 2, 3, 4, 5);

describe('comet watch', () => {
  let comet: CometProcess;
  const children: Child[] = [];

  beforeAll(async () => {
    comet = await CometProcess.start();
  });

  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.stop('SIGKILL')));
  });

  afterAll(async () => {
    await comet.stop();
  });

  async function start(args: readonly string[], port = comet.port()): Promise<Child> {
    const child = await startComet(['watch', ...args, '--url', `http://127.0.0.1:${port}`]);
    children.push(child);
    return child;
  }

  async function set(key: string, value: string): Promise<string> {
    return (await post(comet.port(1), '/set', { form: { key, value } })).json<{ cursor: string }>().cursor;
  }

  const lines = (child: Child) => child.stdout.split('\n').slice(0, -1);
  const values = (child: Child) => lines(child).map((line) => (JSON.parse(line) as { value: string }).value);

  it('prints what is there and what comes, of several keys, until Ctrl-C', async () => {
    await set('watch:a', 'old');
    await set('watch:a', 'there');
    const child = await start(['watch:a', 'watch:b']);
    await until(() => lines(child).length === 1);
    await set('watch:b', 'first');
    await until(() => lines(child).length === 2);
    await set('watch:a', 'two\nlines');
    await until(() => lines(child).length === 3);
    expect(lines(child)).toEqual([
      expect.stringMatching(/^\d\d:\d\d:\d\d {2}watch:a {2}there$/),
      expect.stringMatching(/ {2}watch:b {2}first$/),
      expect.stringMatching(/ {2}watch:a {2}two\\nlines$/),
    ]);
    child.signal('SIGINT');
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.stderr).toBe('');
  });

  it('begins after a cursor, or with everything, and says where something may have been missed', async () => {
    const cursors = [await set('watch:c', 'one'), await set('watch:c', 'two')];
    const after = await start(['watch:c', '--after', cursors[0] as string, '--json']);
    const all = await start(['watch:c', '--all', '--json']);
    const lost = await start(['watch:c', '--after', '7-anotherLife', '--json']);
    await until(() => lines(after).length === 1 && lines(all).length === 2 && lines(lost).length === 2);
    expect(JSON.parse(after.stdout)).toEqual({ key: 'watch:c', value: 'two', cursor: cursors[1] });
    expect(values(all)).toEqual(['one', 'two']);
    expect(lost.stderr).toBe('comet: entries of watch:c may have been missed here\n');
    for (const child of [after, all, lost]) child.signal('SIGTERM');
    for (const child of [after, all, lost]) expect((await child.exited).code).toBe(0);
  });

  it('goes on where it was when its connection breaks and when the server comes back', async () => {
    const proxy = await TcpProxy.start(comet.port());
    const child = await start(['watch:d', '--all', '--json'], proxy.port);
    await set('watch:d', '0');
    await until(() => values(child).length === 1);
    await proxy.cut();
    await set('watch:d', '1');
    await until(() => child.stderr.includes('no answer'));
    await proxy.restore();
    await set('watch:d', '2');
    await until(() => values(child).length === 3, { timeout: 20_000 });
    expect(values(child)).toEqual(['0', '1', '2']);
    child.signal('SIGINT');
    expect((await child.exited).code).toBe(0);
    await proxy.cut();
  });

  it('waits for a server that is away', async () => {
    const proxy = await TcpProxy.start(comet.port());
    await proxy.cut();
    const child = await start(['watch:e'], proxy.port);
    await until(() => child.stderr.endsWith('(is it running?); trying again\n'));
    await proxy.restore();
    await set('watch:e', 'x');
    await until(() => lines(child).length === 1, { timeout: 20_000 });
    await proxy.cut();
  });

  it('tells that it tries again, whatever it is refused with', async () => {
    const busy = createServer((_, res) => {
      res
        .writeHead(503, { 'retry-after': '1' })
        .end('{"error_code":110,"error":"ENGINE_UNAVAILABLE","message":"Away."}');
    });
    await new Promise<void>((resolve) => busy.listen(0, '127.0.0.1', resolve));
    const { port } = busy.address() as AddressInfo;
    for (const begin of [[], ['--all']]) {
      const child = await start(['watch:busy', ...begin], port);
      await until(() => child.stderr === 'comet: Away. (503 ENGINE_UNAVAILABLE); trying again\n');
    }
    busy.close();
  });

  it('says where it met the admin server', async () => {
    const child = await start(['watch:f'], comet.adminPort);
    expect((await child.exited).code).toBe(1);
    expect(child.stderr).toMatch(/The admin server has nothing here; .* ports of the workers.* \(404 NOT_FOUND\)\n$/);
  });

  it('ends when nobody reads it any more', async () => {
    await set('watch:pipe', 'first');
    const command = `"$0" "$1" watch watch:pipe --url http://127.0.0.1:${comet.port()} | head -n 1; echo "\${PIPESTATUS[0]}"`;
    const child = await Child.start('bash', ['-c', command, process.execPath, CLI]);
    children.push(child);
    await until(() => lines(child).length === 1);
    // It is noticed by writing: to the pipe, or to what is left of it.
    const writing = setInterval(() => void set('watch:pipe', 'more'), 50);
    await until(() => lines(child).length === 2);
    clearInterval(writing);
    expect([lines(child)[1], child.stderr]).toEqual(['0', '']);
  });

  it('ends at an error that will not pass', async () => {
    const wrong = await start(['watch:f', '--after', 'nonsense']);
    expect((await wrong.exited).code).toBe(1);
    expect(wrong.stderr).toContain('(400 PARAMETER_INVALID)');
    const none = await runMain(['watch']);
    expect([none.code, none.stderr]).toEqual([2, expect.stringContaining('comet watch: KEY is missing')]);
  });
});

describe('a line for an entry', () => {
  const entry = { key: 'k', value: 'v', cursor: '1-a' };

  it('shows what would steer a terminal', () => {
    const line = entryLine({ ...entry, key: 'a\u009bb', value: '\u001b[2J\u202eevil\u2028 \t👩‍👩‍👧' }, AT, false);
    expect(line).toBe('03:04:05  a\\u009bb  \\u001b[2J\\u202eevil\\u2028 \\t👩‍👩‍👧');
  });

  it('has colours for a terminal', () => {
    expect(entryLine(entry, AT, true)).toBe('\u001b[2m03:04:05\u001b[0m  \u001b[1mk\u001b[0m  v');
  });
});
