import { rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Timings } from '../../src/cluster/timings.ts';
import type { Config } from '../../src/config/options.ts';
import { freePort } from '../support/free-port.ts';
import { get } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { testConfig } from './config.ts';
import { type Fixture, fixture, whoAnswers } from './fixture.ts';

/** Ends what a test has opened, also when it failed on the way. */
const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanups.splice(0).reverse()) await cleanUp();
});

function prepare(overrides: Partial<Config> = {}, timings: Partial<Timings> = {}): Fixture {
  const prepared = fixture({ config: testConfig(overrides) }, timings);
  cleanups.push(() => prepared.supervisor.kill());
  return prepared;
}

async function start(overrides: Partial<Config> = {}, timings: Partial<Timings> = {}): Promise<Fixture> {
  const prepared = prepare(overrides, timings);
  expect(await prepared.supervisor.start()).toBeNull();
  return prepared;
}

/** Makes workers crash until the test, or whoever has the function, removes the file. */
function crashMarker(name: string): { readonly path: string; readonly remove: () => void } {
  const path = join(tmpdir(), `comet-cluster-${process.pid}-${name}`);
  const remove = () => rmSync(path, { force: true });
  cleanups.push(remove);
  return { path, remove };
}

function portOf(fixed: Fixture, worker = 1): number {
  return fixed.supervisor.ports[worker - 1] as number;
}

/** Another program that takes the port; rejects while it can't. */
function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createTcpServer((socket) => socket.end());
    server.once('error', reject).listen(port, '127.0.0.1', () => resolve(server));
  });
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('start', () => {
  it('gives each worker a port of its own', async () => {
    const server = await start({ port: await freePort(2) });
    const [first, second] = server.supervisor.ports as [number, number];
    expect(second).toBe(first + 1);
    const pids = await Promise.all([whoAnswers(first), whoAnswers(second)]);
    expect(pids.map(({ pid }) => pid)).toEqual(server.forks.map(({ pid }) => pid));
    expect(server.supervisor.health).toEqual({ ready: true });
  });

  it('listens on IPv6', async () => {
    const server = await start({ host: '::1', workers: 1 });
    const answer = await get(portOf(server), '/', { host: '::1' });
    expect(answer.status).toBe(200);
  });

  it('names a port that is taken and starts nothing', async () => {
    const other = createServer();
    cleanups.push(() => other.close());
    const first = await freePort(2);
    await new Promise<void>((resolve) => other.listen(first + 1, '127.0.0.1', resolve));
    const server = prepare({ port: first });
    const taken = `cannot listen on 127.0.0.1:${first + 1}: the port is taken by another process; choose another port (EADDRINUSE)`;
    expect((await server.supervisor.start())?.message).toBe(taken);
    expect(server.forks).toEqual([]);
    await expect(whoAnswers(first)).rejects.toThrow('ECONNREFUSED');
  });

  it('names a port that somebody else began to listen on between the bind and the listen', async () => {
    // Both can bind it while neither listens; who listens second is refused.
    const port = await freePort();
    const both = [prepare({ port, workers: 1 }), prepare({ port, workers: 1 })];
    const results = await Promise.all(both.map(({ supervisor }) => supervisor.start()));
    expect(results.filter((failure) => failure === null)).toHaveLength(1);
    expect(results.find((failure) => failure !== null)?.message).toContain(`127.0.0.1:${port}: the port is taken`);
  });

  it('is not ready before every port is served', async () => {
    const server = prepare();
    const started = server.supervisor.start();
    // At every moment at which some port is not served yet, however soon the others are.
    const early: unknown[] = [];
    await until(() => {
      const isServed = server.forks.length === 2 && server.forks.every(({ state }) => state.phase === 'listening');
      if (!isServed && server.supervisor.health.ready) early.push(server.supervisor.health);
      return isServed;
    });
    expect(early).toEqual([]);
    await started;
    expect(server.supervisor.health).toEqual({ ready: true });
  });

  it('gives up when workers keep dying', async () => {
    const server = prepare({ redisPrefix: 'crash' }, { backOff: 10 });
    void server.supervisor.start();
    await server.supervisor.crashLoop;
    expect(server.supervisor.restarts).toBe(5);
    await until(() => server.supervisor.processes.length === 0);
    await expect(whoAnswers(portOf(server))).rejects.toThrow('ECONNREFUSED');
  });

  it('serves without waiting for ever for workers that are not ready', async () => {
    const server = await start({ redisPrefix: 'unready' });
    expect((await whoAnswers(portOf(server))).mode).toBe('unready');
    expect(server.supervisor.health).toEqual({
      ready: false,
      reason: 'worker 1: told not to be; worker 2: told not to be',
    });
  });

  it('is ready while one worker is', async () => {
    const server = await start({ redisPrefix: 'unready@1' });
    expect(server.supervisor.health).toEqual({ ready: true });
  });
});

describe('a worker that dies', () => {
  it('is replaced, and what came meanwhile is answered by its successor', async () => {
    const server = await start();
    const [victim] = server.forks;
    victim?.kill();
    await until(() => !isAlive(victim?.pid as number), { interval: 1 });
    const answer = await whoAnswers(portOf(server));
    expect(answer.pid).not.toBe(victim?.pid);
    expect(answer.pid).toBe(server.forks.at(-1)?.pid);
    expect(server.supervisor.restarts).toBe(1);
  });

  it('has no connection refused under a load of fresh connections', async () => {
    const server = await start({}, { backOff: 20 });
    const codes = new Set<string>();
    let answers = 0;
    let stop = false;
    const client = async () => {
      while (!stop) {
        try {
          await whoAnswers(portOf(server));
          answers++;
        } catch (error) {
          // Those that the dead worker had accepted already are lost.
          codes.add((error as NodeJS.ErrnoException).code ?? String(error));
        }
      }
    };
    const clients = Array.from({ length: 8 }, client);
    for (let kill = 1; kill <= 3; kill++) {
      const before = answers;
      await until(() => answers > before + 50);
      server.forks
        .filter(({ worker }) => worker === 1)
        .at(-1)
        ?.kill();
      await until(() => server.forks.filter(({ worker }) => worker === 1).length > kill);
    }
    const before = answers;
    await until(() => answers > before + 50);
    stop = true;
    await Promise.all(clients);
    codes.delete('ECONNRESET');
    expect([...codes]).toEqual([]);
  });

  it('has its port closed while no successor comes, and opened again with it', async () => {
    const marker = crashMarker('closed');
    const server = await start({ workers: 1, redisPrefix: `crash-if:${marker.path}` }, { vacancy: 400 });
    writeFileSync(marker.path, '');
    await expect(get(portOf(server), '/exit')).rejects.toThrow('socket hang up');
    // Queued first, cut off when the port is closed.
    await expect(whoAnswers(portOf(server))).rejects.toThrow('ECONNRESET');
    await expect(whoAnswers(portOf(server))).rejects.toThrow('ECONNREFUSED');
    expect(server.supervisor.health.ready).toBe(false);
    marker.remove();
    const answer = await until(() => whoAnswers(portOf(server)));
    expect(answer.pid).toBe(server.supervisor.processes[0]?.pid);
    // Its word that it listens comes on another way than its answer.
    await until(() => server.supervisor.health.ready);
  });

  it('has its port tried again and again when another program took it meanwhile', async () => {
    const marker = crashMarker('taken');
    const server = await start({ workers: 1, redisPrefix: `crash-if:${marker.path}` }, { vacancy: 400 });
    writeFileSync(marker.path, '');
    await expect(get(portOf(server), '/exit')).rejects.toThrow('socket hang up');
    const other = await until(() => listen(portOf(server)));
    cleanups.push(() => other.close());
    marker.remove();
    await until(() => server.logged.some(({ msg }) => String(msg).includes('is taken by another process')));
    await new Promise((resolve) => other.close(resolve));
    expect((await until(() => whoAnswers(portOf(server)))).pid).toBe(server.supervisor.processes[0]?.pid);
  });

  it('is killed and replaced when its event loop has stopped', async () => {
    const server = await start({ workers: 1 }, { ping: 100 });
    const hung = await whoAnswers(portOf(server));
    await expect(get(portOf(server), '/hang')).rejects.toThrow('socket hang up');
    expect((await whoAnswers(portOf(server))).pid).not.toBe(hung.pid);
    expect(server.logged.map(({ msg }) => msg)).toContain('worker hangs and is killed');
  });
});

describe('reload', () => {
  it('replaces every worker and fails no request', async () => {
    const server = await start();
    const before = server.forks.map(({ pid }) => pid);
    let stop = false;
    let answers = 0;
    const client = async () => {
      while (!stop) {
        await whoAnswers(portOf(server, (answers++ % 2) + 1));
      }
    };
    const clients = Array.from({ length: 4 }, client);
    await until(() => answers > 50);
    expect(await server.supervisor.reload(testConfig({ redisPrefix: 'new' }))).toBeNull();
    const after = answers;
    await until(() => answers > after + 50);
    stop = true;
    await Promise.all(clients);
    await until(() => before.every((pid) => !isAlive(pid as number)));
    for (const port of server.supervisor.ports) expect((await whoAnswers(port)).mode).toBe('new');
    expect(server.supervisor.restarts).toBe(0);
  });

  it('has the predecessor answer its waiters', async () => {
    const server = await start({ workers: 1 });
    const parked = get(portOf(server), '/wait');
    await whoAnswers(portOf(server));
    expect(await server.supervisor.reload(testConfig())).toBeNull();
    expect((await parked).body).toBe('drained');
  });

  it('is not over while a predecessor, which has not heard of it, may still answer', async () => {
    const server = await start({ workers: 1, redisPrefix: 'stuck' }, { drainSlack: 500 });
    expect(await server.supervisor.reload(testConfig({ redisPrefix: 'new' }))).toBeNull();
    // This one never hears of it, and is killed in the end.
    expect(server.forks[0]?.state.phase).toBe('ended');
    for (let connection = 0; connection < 20; connection++) {
      expect((await whoAnswers(portOf(server))).mode).toBe('new');
    }
  });

  it('changes nothing when a successor is not ready while its predecessor is', async () => {
    const server = await start({ workers: 1 }, { ready: 1_500 });
    const before = await whoAnswers(portOf(server));
    expect(await server.supervisor.reload(testConfig({ redisPrefix: 'unready' }))).toBe(
      'worker 1 could not be replaced: it did not become ready: told not to be',
    );
    expect(await whoAnswers(portOf(server))).toEqual(before);
    await until(() => server.supervisor.processes.length === 1);
  });

  it('takes back what it changed when a later successor fails', async () => {
    const server = await start({ redisPrefix: 'old' });
    expect(await server.supervisor.reload(testConfig({ redisPrefix: 'crash@2' }))).toBe(
      'worker 2 could not be replaced: it ended with exit code 3',
    );
    for (const port of server.supervisor.ports) expect((await whoAnswers(port)).mode).toBe('old');
  });

  it('does not insist on a ready successor where the predecessor is not ready either', async () => {
    const server = await start({ workers: 1, redisPrefix: 'unready' });
    expect(await server.supervisor.reload(testConfig({ redisPrefix: 'unready' }))).toBeNull();
  });

  it('leaves a worker that dies after it to the new configuration', async () => {
    const server = await start({ workers: 1 });
    await server.supervisor.reload(testConfig({ redisPrefix: 'new' }));
    await expect(get(portOf(server), '/exit')).rejects.toThrow('socket hang up');
    expect((await whoAnswers(portOf(server))).mode).toBe('new');
  });
});

describe('stop', () => {
  it('drains every worker and gives up the ports at once', async () => {
    const server = await start({ workers: 1 });
    const parked = get(portOf(server), '/wait');
    await whoAnswers(portOf(server));
    await server.supervisor.drain();
    expect((await parked).body).toBe('drained');
    expect(server.supervisor.processes).toEqual([]);
    expect(server.forks[0]?.state.lastDump).toEqual([{ pid: server.forks[0]?.pid }]);
    expect(server.supervisor.restarts).toBe(0);
    await expect(whoAnswers(portOf(server))).rejects.toThrow('ECONNREFUSED');
  });

  it('kills a worker that takes too long', async () => {
    const server = await start({ workers: 1, redisPrefix: 'stuck' }, { drainSlack: 100 });
    await server.supervisor.drain();
    expect(server.forks[0]?.state.detail).toBe('SIGKILL');
    expect(server.logged.map(({ msg }) => msg)).toContain('worker took too long to drain and is killed');
  });

  it('tells that it is not ready before it stops', async () => {
    const server = await start();
    server.supervisor.unready();
    expect(server.supervisor.health).toEqual({ ready: false, reason: 'the server is stopping' });
    await until(() => server.forks.every(({ state }) => !state.health.ready));
    await whoAnswers(portOf(server));
  });
});

describe('metrics of a worker', () => {
  it('come from the process', async () => {
    const server = await start({ workers: 1 }, { metrics: 20_000 });
    expect(await server.forks[0]?.metrics()).toEqual([{ pid: server.forks[0]?.pid }]);
  });

  it('are given up on when it is silent or gone', async () => {
    const server = await start({ workers: 1, redisPrefix: 'silent' });
    expect(await server.forks[0]?.metrics()).toBeNull();
    const asked = server.forks[0]?.metrics();
    server.forks[0]?.kill();
    expect(await asked).toBeNull();
    expect(await server.forks[0]?.metrics()).toBeNull();
  });
});
