import { describe, expect, it } from '@jest/globals';
import { nextPulses, type Pulses } from '../../src/cluster/pulses.ts';
import type { WorkerProcess } from '../../src/cluster/worker-process.ts';
import { NEWBORN, type WorkerState } from '../../src/cluster/worker-state.ts';
import { observe } from '../../src/dashboard/observation.ts';
import { Totals } from '../../src/dashboard/totals.ts';
import { Meters } from '../../src/metrics/meters.ts';
import { type Pulse, takePulse } from '../../src/metrics/pulse.ts';

const SERVING: WorkerState = { ...NEWBORN, phase: 'listening', health: { ready: true }, hasSocket: true };

function pulse(meters: Meters, at: number): Pulse {
  return structuredClone({ ...takePulse(meters, 0.02), at, cpu: at / 4000 });
}

/** A worker with these two pulses, the second a second after the first. */
function worker(number: number, count: (meters: Meters) => void, state = SERVING): WorkerProcess {
  const meters = new Meters();
  meters.redisUp = 1;
  const before = nextPulses(null, pulse(meters, 0));
  count(meters);
  return fake(number, nextPulses(before, pulse(meters, 1000)), state);
}

function fake(number: number, pulses: Pulses | null, state = SERVING): WorkerProcess {
  return { worker: number, pid: 100 + number, age: 5000, state, pulses } as unknown as WorkerProcess;
}

function look(processes: readonly WorkerProcess[], ended = new Totals()) {
  const machine = { ports: [8885, 8886], processes, health: { ready: true } as const, restarts: 0 };
  return observe(machine, ended, 'redis');
}

describe('a look at the machine', () => {
  it('adds the workers up, and has rates of the last second', () => {
    const busy = (meters: Meters) => {
      meters.waiters = 7;
      meters.streams = 2;
      meters.webSockets = 3;
      meters.publishes.add('ok', 10);
      meters.deliveries = 40;
      meters.refused.add('waiters', 3);
      meters.wake.observe(0.004, 40);
    };
    const { point, workers, refusals } = look([worker(1, busy), worker(2, busy)]);
    expect(point).toMatchObject({
      waiters: 14,
      streams: 4,
      webSockets: 6,
      sets: 20,
      deliveries: 80,
      refusals: 6,
      lag: 20,
    });
    expect(point.wakeP50).toBeGreaterThan(2.5);
    expect(point.wakeP99).toBeLessThanOrEqual(5);
    expect(workers[0]).toMatchObject({ worker: 1, port: 8885, pid: 101, status: 'serving', sets: 10, cpu: 0.25 });
    expect(refusals).toEqual([{ reason: 'waiters', count: 6, rate: 6 }]);
  });

  it('has no rates before two pulses, and nothing to measure in a quiet second', () => {
    const young = fake(1, nextPulses(null, pulse(new Meters(), 0)));
    expect(look([young]).point).toMatchObject({ sets: 0, wakeP50: null, redisP99: null });
  });

  it('makes no rate of two pulses that came at once', () => {
    const meters = new Meters();
    const first = nextPulses(null, pulse(meters, 0));
    meters.publishes.add('ok', 10);
    const hasty = nextPulses(nextPulses(first, pulse(meters, 1000)), pulse(meters, 1001));
    expect(look([fake(1, hasty)]).point.sets).toBeCloseTo(10, 0);
  });

  it('names workers that are away, silent, draining or not ready', () => {
    const { last } = nextPulses(null, pulse(new Meters(), 0));
    const silent = fake(1, { last, before: null, cameAt: performance.now() - 5000 });
    expect(look([silent]).workers.map(({ status }) => status)).toEqual(['silent', 'away']);
    const draining = worker(2, () => undefined, { ...SERVING, phase: 'draining' });
    const unready = worker(2, () => undefined, { ...SERVING, health: { ready: false, reason: 'no Redis' } });
    const rows = look([fake(1, null, NEWBORN), draining, unready]).workers;
    expect(rows.map(({ status }) => status)).toEqual(['starting', 'unready', 'draining']);
    expect(rows[1]?.reason).toBe('no Redis');
  });

  it('goes on counting what ended workers counted', () => {
    const ended = new Totals();
    const meters = new Meters();
    meters.refused.add('engine', 4);
    meters.resyncs = 2;
    ended.add(pulse(meters, 0));
    const { refusals, redis } = look([worker(1, (each) => each.refused.add('engine'))], ended);
    expect(refusals).toEqual([{ reason: 'engine', count: 5, rate: 1 }]);
    expect(redis).toEqual({ up: true, reconnects: 0, probeFailures: 0, resyncs: 2 });
  });
});
