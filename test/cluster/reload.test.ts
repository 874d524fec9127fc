import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ReloadStatus, readReloadStatus } from '../../src/pid-file.ts';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { park } from './observe.ts';

let directory: string;
let comet: CometProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'comet-reload-'));
});

afterEach(async () => {
  await comet?.kill();
  comet = undefined;
  rmSync(directory, { recursive: true });
});

function configure(options: Readonly<Record<string, unknown>>): void {
  writeFileSync(join(directory, 'comet.json'), JSON.stringify(options));
}

async function start(options: Readonly<Record<string, unknown>> = {}): Promise<CometProcess> {
  configure(options);
  comet = await CometProcess.start({
    env: { COMET_CONFIG: join(directory, 'comet.json') },
    flags: { 'pid-file': join(directory, 'pid'), 'drain-seconds': 1 },
  });
  return comet;
}

async function reload(server: CometProcess): Promise<ReloadStatus> {
  const path = join(directory, 'pid');
  const before = readReloadStatus(path)?.generation;
  server.signal('SIGHUP');
  const reported = () => {
    const status = readReloadStatus(path);
    return status?.generation === before ? null : status;
  };
  return await until(reported, { timeout: 40_000, message: 'the reload to be over' });
}

describe('SIGHUP', () => {
  it('puts a new configuration into effect and fails no request', async () => {
    const server = await start();
    const before = await server.workerPids();
    let stop = false;
    let answers = 0;
    const client = async (port: number) => {
      while (!stop) {
        const form = { key: 'k', value: String(answers++) };
        expect((await post(port, '/set', { form })).status).toBe(200);
        expect((await get(port, '/get?key=k')).status).toBe(200);
      }
    };
    const clients = [...server.ports, ...server.ports].map(client);
    configure({ 'max-value-bytes': 100 });
    expect(await reload(server)).toEqual({ generation: 1, ok: true, problems: [] });
    stop = true;
    await Promise.all(clients);
    // One that drains and has not heard of it yet may still take a connection.
    await until(async () => (await server.workerPids()).length === 2);
    for (const port of server.ports) {
      expect((await post(port, '/set', { form: { key: 'k', value: 'x'.repeat(101) } })).status).toBe(400);
    }
    expect((await server.workerPids()).some((pid) => before.includes(pid))).toBe(false);
  });

  it('has the predecessors answer their waiters, who lose nothing by it', async () => {
    const server = await start();
    const { cursor } = (await post(server.port(0), '/set', { form: { key: 'k', value: '1' } })).json<{
      cursor: string;
    }>();
    const { answer } = await park(server, server.port(0), 'quiet');
    await reload(server);
    expect((await answer).json()).toMatchObject({ error_code: 1, cursor: '0' });
    const next = get(server.port(0), `/get?key=k&after=${cursor}`);
    await post(server.port(1), '/set', { form: { key: 'k', value: '2' } });
    expect((await next).json()).toMatchObject({ error_code: 0, value: '2', recovered: true });
  });

  it('holds for what the primary does too', async () => {
    const server = await start();
    configure({ 'shutdown-delay': 1.5, 'log-level': 'debug' });
    expect((await reload(server)).ok).toBe(true);
    const before = performance.now();
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
    expect(performance.now() - before).toBeGreaterThan(1500);
  });

  it('refuses what only a restart can change', async () => {
    const server = await start();
    configure({ 'pin-cpus': true });
    expect((await reload(server)).problems.join()).toMatch(/pin-cpus/);
  });

  it('changes nothing for an invalid configuration and says all that is wrong', async () => {
    const server = await start();
    const before = await server.workerPids();
    configure({ 'max-value-bytes': -1, nonsense: 1 });
    const status = await reload(server);
    expect(status.ok).toBe(false);
    expect(status.problems.join('\n')).toMatch(/max-value-bytes/);
    expect(status.problems.join('\n')).toMatch(/nonsense/);
    expect(await server.workerPids()).toEqual(before);
    await until(() => server.output.includes('reload refused: nothing was changed'));
    configure({});
    expect((await reload(server)).ok).toBe(true);
  });

  it('refuses what is bound to the running server, by name', async () => {
    const server = await start();
    const before = await server.workerPids();
    configure({ backlog: 77, 'history-size': 99, 'max-value-bytes': 100 });
    expect(await reload(server)).toEqual({
      generation: 1,
      ok: false,
      problems: [
        'backlog: cannot change while the server runs; restart it',
        'history-size: cannot change while the server runs; restart it',
      ],
    });
    expect(await server.workerPids()).toEqual(before);
  });
});
