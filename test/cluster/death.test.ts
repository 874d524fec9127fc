import { afterEach, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { hasEnded, metric, park, portOf, primaryMetric } from './observe.ts';

/** Connections at a time that a load makes. */
const CLIENTS = 16;
/** A successor that comes later than this is given the port at once, whether or not it has reached its engine yet. */
const LATE_MS = 400;

let comet: CometProcess | undefined;
/** Ends the load of a test, also when it failed on the way. */
let stop = false;

afterEach(async () => {
  stop = true;
  await comet?.kill();
  comet = undefined;
});

async function start(options: Parameters<typeof CometProcess.start>[0] = {}): Promise<CometProcess> {
  stop = false;
  comet = await CometProcess.start({ ...options, flags: { 'drain-seconds': 0.5, ...options.flags } });
  return comet;
}

function set(port: number, key: string, value: string) {
  return post(port, '/set', { form: { key, value } });
}

/** Kills a worker while clients ask it on fresh connections, and resolves with what went wrong for them. */
async function killUnderLoad(server: CometProcess): Promise<readonly string[]> {
  const [victim = 0] = await server.workerPids();
  const port = await portOf(victim);
  await set(server.port(0), 'k', 'v');
  const failures: string[] = [];
  let answers = 0;
  let killedAt = Number.POSITIVE_INFINITY;
  const client = async () => {
    while (!stop) {
      try {
        const { status } = await get(port, '/get?key=k');
        const isLate = performance.now() - killedAt > LATE_MS;
        if (status !== 200 && !(status === 503 && isLate)) failures.push(`status ${status}`);
        if (status === 200) answers++;
      } catch (error) {
        failures.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, client);
  await until(() => answers > 100);
  killedAt = performance.now();
  process.kill(victim, 'SIGKILL');
  await until(() => hasEnded(victim), { interval: 1 });
  const before = answers;
  await until(() => answers > before + 100);
  stop = true;
  await Promise.all(clients);
  return failures;
}

describe('a worker that is killed', () => {
  it('refuses no connection under load, and its successor answers what came meanwhile', async () => {
    const server = await start();
    const failures = await killUnderLoad(server);
    // What the dead worker had accepted is cut off with it. A machine so busy that the successor took more than a second
    // has its port closed meanwhile, and says so.
    const allowed = ['ECONNRESET', server.output.includes('port has no worker') ? 'ECONNREFUSED' : ''];
    expect(failures.filter((failure) => !allowed.includes(failure))).toEqual([]);
  });

  it('keeps what it counted', async () => {
    const server = await start();
    await set(server.port(0), 'k', 'v');
    for (const port of server.ports) await get(port, '/get?key=k');
    const series = 'comet_polls_total\\{outcome="value"\\}';
    expect(await metric(server, series)).toBe(2);
    for (const pid of await server.workerPids()) process.kill(pid, 'SIGKILL');
    await until(async () => (await metric(server, 'comet_worker_restarts_total')) === 2);
    await until(async () => (await metric(server, 'comet_workers_reporting')) === 2);
    expect(await metric(server, series)).toBe(2);
  });

  it('leaves the waiters of the others alone, and its successor delivers', async () => {
    const server = await start();
    const [victim = 0] = await server.workerPids();
    const port = await portOf(victim);
    const other = server.ports.find((each) => each !== port) ?? 0;
    const { answer } = await park(server, other, 'k');
    process.kill(victim, 'SIGKILL');
    await until(() => hasEnded(victim), { interval: 1 });
    const isWritten = async () => (await set(port, 'k', 'v')).status === 200;
    await until(isWritten, { message: 'the successor to take a set' });
    expect((await answer).json()).toMatchObject({ error_code: 0, value: 'v' });
  });

  it('ends the server when it is one of many right after the start', async () => {
    const server = await start();
    const killed = new Set<number>();
    await until(async () => {
      for (const pid of await server.workerPids()) {
        if (killed.size === 5 || killed.has(pid)) continue;
        killed.add(pid);
        process.kill(pid, 'SIGKILL');
      }
      return killed.size === 5;
    });
    expect((await server.exited).code).toBe(1);
    expect(server.output).toContain('5 workers died within 30 s of the start');
    expect(server.output).toContain('worker ended unasked with SIGKILL');
  });
});

describe('a worker that hangs', () => {
  it('fails no scrape, and is killed and replaced after 10 s', async () => {
    const server = await start();
    const [hung = 0] = await server.workerPids();
    const port = await portOf(hung);
    const begin = performance.now();
    process.kill(hung, 'SIGSTOP');
    await until(async () => (await primaryMetric(server, 'comet_workers_reporting')) === 1);
    await until(() => hasEnded(hung), { timeout: 30_000 });
    expect(performance.now() - begin).toBeGreaterThan(5_000);
    await until(async () => (await get(port, '/healthz')).status === 200);
    await until(() => server.output.includes('worker hangs and is killed'));
  });
});

describe('a primary that is killed', () => {
  it('takes its workers with it, under load too', async () => {
    const server = await start();
    const pids = await server.workerPids();
    const client = async (port: number) => {
      while (!stop) await set(port, 'k', 'v').catch(() => undefined);
    };
    const clients = [...server.ports, ...server.ports].map(client);
    const parked = await park(server, server.port(0), 'quiet');
    process.kill(server.pid, 'SIGKILL');
    await until(async () => (await Promise.all(pids.map(hasEnded))).every(Boolean));
    stop = true;
    await Promise.all(clients);
    await expect(parked.answer).rejects.toThrow();
  });
});
