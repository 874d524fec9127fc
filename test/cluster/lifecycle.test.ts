import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { allowedCpus } from '../../src/cluster/cpu-pinning.ts';
import { runComet } from '../support/comet.ts';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { freePort } from '../support/free-port.ts';
import { get, post } from '../support/http-client.ts';
import { titleOf } from '../support/proc.ts';
import { until } from '../support/until.ts';
import { hasEnded, park } from './observe.ts';

let comet: CometProcess | undefined;

afterEach(async () => {
  await comet?.kill();
  comet = undefined;
});

async function start(options: CometProcessOptions = {}): Promise<CometProcess> {
  comet = await CometProcess.start({ ...options, flags: { 'drain-seconds': 1, ...options.flags } });
  return comet;
}

/** Signals for a second time, later than what could be the echo of the first. */
async function signalAgain(server: CometProcess, signal: NodeJS.Signals): Promise<void> {
  const asked = performance.now();
  await until(() => performance.now() - asked > 600, { message: 'the time of echoes to pass' });
  server.signal(signal);
  await server.exited;
}

describe('start', () => {
  it('tells where it listens, what to try, and that everything is open', async () => {
    const server = await start({ flags: { 'log-format': 'pretty' } });
    await until(() => server.output.includes('/set'));
    for (const port of [...server.ports, server.adminPort]) expect(server.output).toContain(`http://127.0.0.1:${port}`);
    expect(server.output).toContain(`curl 'http://127.0.0.1:${server.port(0)}/get?key=hello'`);
    expect(server.output).toContain(`curl -d key=hello -d value=world http://127.0.0.1:${server.port(1)}/set`);
    expect(server.output).toContain('WARN: try-out mode');
  });

  it('tells the same to machines', async () => {
    const server = await start({ flags: { 'log-format': 'json' } });
    await until(() => server.logs().some(({ msg }) => msg === 'comet listens'));
    expect(server.logs()).toContainEqual(
      expect.objectContaining({
        msg: 'comet listens',
        workers: server.ports.map((port) => `http://127.0.0.1:${port}`),
        admin: `http://127.0.0.1:${server.adminPort}`,
        engine: 'embedded',
        try: [expect.stringContaining('/get?key=hello'), expect.stringContaining('/set')],
      }),
    );
  });

  it('names its processes and shows no secret in them', async () => {
    const secrets = { COMET_PUBLISH_KEY: 'publish-key-0123456789', COMET_SIGN_SECRET: 'sign-secret-0123456789' };
    const server = await start({
      env: { COMET_PUBLISH_KEY: secrets.COMET_PUBLISH_KEY },
      flags: { 'sign-secret': secrets.COMET_SIGN_SECRET },
    });
    const pids = await server.workerPids();
    const titles = await Promise.all([server.pid, ...pids].map(titleOf));
    expect(titles.sort()).toEqual([
      'comet primary',
      ...server.ports.map((port, index) => `comet worker ${index + 1} :${port}`),
    ]);
    for (const pid of pids)
      expect(await readFile(`/proc/${pid}/environ`, 'latin1')).not.toMatch(/publish-key-|sign-secret-/);
    expect(server.output).not.toMatch(/publish-key-0|sign-secret-0/);
    const headers = { authorization: `Bearer ${secrets.COMET_PUBLISH_KEY}` };
    expect((await post(server.port(0), '/set', { form: { key: 'k', value: 'v' }, headers })).status).toBe(200);
  });

  it.each(['port', 'admin-port'])('names a taken %s and starts nothing', async (option) => {
    const first = await freePort(3);
    const taken = option === 'port' ? first + 1 : first + 2;
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(taken, '127.0.0.1', resolve));
    try {
      const flags = ['--port', String(first), '--workers', '2', '--admin-port', String(first + 2)];
      const { code, stdout } = await runComet(['start', ...flags]);
      expect(code).toBe(1);
      expect(stdout).toMatch(new RegExp(`127\\.0\\.0\\.1:${taken}.*(taken|in use)`));
      expect(stdout).not.toContain('comet listens');
    } finally {
      other.close();
    }
  });

  it('leaves a server alone that runs on the same ports', async () => {
    const server = await start();
    const flags = ['--port', String(server.port(0)), '--workers', '2', '--admin-port', String(await freePort())];
    const second = await runComet(['start', ...flags]);
    expect(second.code).toBe(1);
    expect(second.stdout).toContain(`127.0.0.1:${server.port(0)}: the port is taken`);
    expect((await get(server.port(0), '/readyz')).status).toBe(200);
    expect(await server.workerPids()).toHaveLength(2);
  });

  it('refuses a pid file that a living server holds', async () => {
    const pidFile = join(tmpdir(), `comet-cluster-${process.pid}.pid`);
    const server = await start({ flags: { 'pid-file': pidFile } });
    const flags = ['--port', '0', '--workers', '1', '--admin-port', '0', '--pid-file', pidFile];
    const second = await runComet(['start', ...flags]);
    expect(second.code).toBe(1);
    expect(second.stdout).toContain(`runs already, as process ${server.pid}`);
    expect(await readFile(pidFile, 'utf8')).toBe(`${server.pid}\n`);
    expect(await server.stop()).toBe(0);
    await expect(readFile(pidFile)).rejects.toThrow('ENOENT');
  });
});

describe('pin-cpus', () => {
  it('binds each worker to one CPU', async () => {
    const server = await start({ flags: { 'pin-cpus': true } });
    const cpus = allowedCpus();
    const expected = server.ports.map((_, index) => [cpus[index % cpus.length]]);
    await until(async () => {
      const bound = (await server.workerPids()).map((pid) => allowedCpus(`/proc/${pid}/status`));
      return JSON.stringify(bound.sort()) === JSON.stringify(expected.sort());
    });
  });

  it('is a warning where there is no taskset', async () => {
    const server = await start({ flags: { 'pin-cpus': true }, env: { PATH: '' } });
    await until(() => server.output.includes('worker could not be pinned with taskset'));
    expect((await get(server.port(0), '/readyz')).status).toBe(200);
  });
});

describe('stop', () => {
  it.each(['SIGTERM', 'SIGINT'] as const)('answers parked polls within the drain time after %s', async (signal) => {
    const server = await start();
    const polls: Awaited<ReturnType<typeof park>>[] = [];
    for (const port of server.ports) polls.push(await park(server, port, 'quiet'));
    const begin = performance.now();
    server.signal(signal);
    for (const { answer } of polls) expect((await answer).json()).toEqual({ error_code: 1, key: 'quiet', cursor: '0' });
    expect((await server.exited).code).toBe(0);
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it('says 503 on every readyz before it drains, while traffic goes on', async () => {
    // Longer than a busy machine stands still between the signal and the last request.
    const server = await start({ flags: { 'shutdown-delay': 6 } });
    const { answer } = await park(server, server.port(0), 'k');
    server.signal('SIGTERM');
    for (const port of [server.adminPort, ...server.ports]) {
      await until(async () => (await get(port, '/readyz')).status === 503);
      expect((await get(port, '/healthz')).status).toBe(200);
    }
    expect((await post(server.port(1), '/set', { form: { key: 'k', value: 'v' } })).status).toBe(200);
    expect((await answer).json()).toMatchObject({ error_code: 0, value: 'v' });
    expect((await server.exited).code).toBe(0);
  });

  it('ends at once at the second signal', async () => {
    const server = await start({ flags: { 'shutdown-delay': 60, 'drain-seconds': 60 } });
    const pids = await server.workerPids();
    const { answer } = await park(server, server.port(0), 'quiet');
    server.signal('SIGTERM');
    await until(async () => (await get(server.adminPort, '/readyz')).status === 503);
    const refused = expect(answer).rejects.toThrow('socket hang up');
    await signalAgain(server, 'SIGINT');
    await refused;
    expect((await server.exited).code).toBe(1);
    for (const pid of pids) expect(await hasEnded(pid)).toBe(true);
    expect(server.output).toContain(
      '"shutdownDelay":60,"drainSeconds":60,"msg":"stopping; a second signal ends it at once"',
    );
    expect(server.output).toContain('a second signal asked to end at once');
    expect(server.output).not.toContain('unexpected');
  });

  it('takes the echo of a signal for no second one', async () => {
    const server = await start();
    const { answer } = await park(server, server.port(0), 'quiet');
    server.signal('SIGINT');
    server.signal('SIGINT');
    expect((await answer).json()).toMatchObject({ error_code: 1 });
    expect((await server.exited).code).toBe(0);
  });

  it('also holds for a worker that is started meanwhile, and reloads nothing any more', async () => {
    const server = await start({ flags: { 'shutdown-delay': 60 } });
    const [first] = await server.workerPids();
    server.signal('SIGTERM');
    await until(async () => (await get(server.adminPort, '/readyz')).status === 503);
    process.kill(first as number, 'SIGKILL');
    await until(async () => {
      const pids = await server.workerPids();
      return pids.length === 2 && !pids.includes(first as number);
    });
    for (const port of server.ports) {
      const status = () => get(port, '/readyz').then((answer) => answer.status);
      expect(await until(status, { message: `port ${port} to be served` })).toBe(503);
    }
    const pids = await server.workerPids();
    server.signal('SIGHUP');
    await signalAgain(server, 'SIGTERM');
    expect(server.output).not.toContain('reload');
    for (const pid of pids) expect(await hasEnded(pid)).toBe(true);
  });

  it('also ends a server that is still starting', async () => {
    const server = await CometProcess.start({ wait: 'alive', workers: 4 });
    server.signal('SIGTERM');
    expect((await server.exited).code).toBe(0);
  });

  it('is not for the workers to decide', async () => {
    const server = await start();
    const pids = await server.workerPids();
    for (const pid of pids) for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal);
    expect((await post(server.port(0), '/set', { form: { key: 'k', value: 'v' } })).status).toBe(200);
    expect((await get(server.port(1), '/get?key=k')).json()).toMatchObject({ value: 'v' });
    expect(await server.workerPids()).toEqual(pids);
  });
});
