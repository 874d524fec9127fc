import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { BackOff } from '../../src/cluster/back-off.ts';
import { Changes } from '../../src/cluster/changes.ts';
import { CRASH_LOOP_DEATHS, CRASH_LOOP_MS, CrashLoop } from '../../src/cluster/crash-loop.ts';
import { Heartbeat } from '../../src/cluster/heartbeat.ts';
import { ListenSocket } from '../../src/cluster/listen-socket.ts';
import { TIMINGS } from '../../src/cluster/timings.ts';
import { Vacancy } from '../../src/cluster/vacancy.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

describe('BackOff', () => {
  const { backOff, maxBackOff, settled } = TIMINGS;

  it('is 0, 0.1 … 5 s', () => {
    const delays = new BackOff(backOff, maxBackOff, settled);
    const row = Array.from({ length: 9 }, () => delays.next(0));
    expect(row).toEqual([0, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
  });

  it('begins anew after a worker that lived a while', () => {
    const delays = new BackOff(backOff, maxBackOff, settled);
    delays.next(0);
    delays.next(settled - 1);
    expect(delays.next(settled)).toBe(0);
    expect(delays.next(0)).toBe(100);
  });
});

describe('CrashLoop', () => {
  it('is five deaths right after the start', () => {
    const crashes = new CrashLoop(1000);
    const row = Array.from({ length: CRASH_LOOP_DEATHS }, () => crashes.died(1000 + CRASH_LOOP_MS));
    expect(row).toEqual([false, false, false, false, true]);
  });

  it('is not a death later on', () => {
    const crashes = new CrashLoop(1000);
    for (let death = 1; death < CRASH_LOOP_DEATHS; death++) crashes.died(1000);
    expect(crashes.died(1001 + CRASH_LOOP_MS)).toBe(false);
  });
});

describe('Heartbeat', () => {
  function beat() {
    const told: string[] = [];
    const heartbeat = new Heartbeat({
      every: 1000,
      limit: 10,
      ping: () => told.push('ping'),
      hung: () => told.push('hung'),
    });
    return { heartbeat, told };
  }

  it('tells after ten pings without an answer', () => {
    const { heartbeat, told } = beat();
    jest.advanceTimersByTime(10_000);
    expect(told).toEqual(Array(10).fill('ping'));
    jest.advanceTimersByTime(1000);
    expect(told.at(-1)).toBe('hung');
    heartbeat.stop();
  });

  it('begins to count anew at an answer', () => {
    const { heartbeat, told } = beat();
    jest.advanceTimersByTime(10_000);
    heartbeat.answered();
    jest.advanceTimersByTime(10_000);
    expect(told).not.toContain('hung');
    heartbeat.stop();
  });

  it('is quiet once it was stopped', () => {
    const { heartbeat, told } = beat();
    heartbeat.stop();
    jest.advanceTimersByTime(60_000);
    expect(told).toEqual([]);
  });
});

describe('Vacancy', () => {
  function vacate() {
    const socket = new ListenSocket('127.0.0.1', 0);
    socket.bind();
    const { port } = socket;
    const closed: number[] = [];
    return { socket, port, closed, vacancy: new Vacancy(socket, 1000, () => closed.push(port)) };
  }

  it('closes the socket after its limit, and it binds the same port again', () => {
    const { socket, port, closed, vacancy } = vacate();
    vacancy.begin();
    jest.advanceTimersByTime(999);
    expect(socket.handle).not.toBeNull();
    expect(vacancy.remaining).toBeCloseTo(1);
    jest.advanceTimersByTime(1);
    expect(socket.handle).toBeNull();
    expect(closed).toEqual([port]);
    expect(vacancy.remaining).toBe(Number.POSITIVE_INFINITY);
    socket.bind();
    expect(socket.port).toBe(port);
    socket.close();
  });

  it('leaves the socket open when it ends in time', () => {
    const { socket, closed, vacancy } = vacate();
    vacancy.begin();
    jest.advanceTimersByTime(999);
    vacancy.end();
    jest.advanceTimersByTime(60_000);
    expect(socket.handle).not.toBeNull();
    expect(closed).toEqual([]);
    socket.close();
  });
});

describe('Changes', () => {
  it('resolves as soon as the condition holds', async () => {
    const changes = new Changes();
    let holds = false;
    const waiting = changes.until(() => holds, 1000);
    changes.happened();
    holds = true;
    changes.happened();
    expect(await waiting).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('gives up after its time', async () => {
    const waiting = new Changes().until(() => false, 1000);
    jest.advanceTimersByTime(1000);
    expect(await waiting).toBe(false);
  });

  it('gives up when nothing will change any more', async () => {
    const changes = new Changes();
    const waiting = [changes.until(() => false), changes.until(() => false, 1000)];
    changes.end();
    expect(await Promise.all(waiting)).toEqual([false, false]);
    expect(await changes.until(() => false, 1000)).toBe(false);
    expect(await changes.until(() => true)).toBe(true);
    expect(jest.getTimerCount()).toBe(0);
  });
});
