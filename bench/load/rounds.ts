import type { Measurement } from '../measurement.ts';
import type { Crowd } from './crowd.ts';
import { Latencies, wakeFigures } from './latencies.ts';
import type { RoundsTask } from './task.ts';
import { Window } from './window.ts';

/** After the last delivery, before the CPU is read: what the server does behind its answers counts too. */
const AFTERMATH_MS = 30;

/** Wakes everybody, so many times; see the task. */
export async function rounds(crowd: Crowd, task: RoundsTask): Promise<Measurement> {
  const waking = new Window(crowd.target);
  const parking = new Window(crowd.target);
  const latencies = new Latencies();
  const first = (crowd.waiters[0]?.expected ?? 0) + 1;
  let seconds = 0;
  for (let round = 0; round < task.warmups + task.rounds; round++) {
    const isMeasured = round >= task.warmups;
    if (isMeasured) waking.open();
    seconds += await wake(crowd, first + round, isMeasured ? latencies : null);
    await crowd.pause(AFTERMATH_MS);
    if (isMeasured) waking.close();
    if (isMeasured) parking.open();
    await crowd.park();
    if (isMeasured) parking.close();
  }
  const count = task.rounds * crowd.waiters.length;
  const curve = latencies.curve();
  const { cpu: parkCpu = Number.NaN } = parking.figures(count);
  return { figures: { ...waking.figures(count, seconds), parkCpu, ...wakeFigures(curve) }, curve };
}

/** Resolves with the seconds from the first publish to the last delivery; 0 if it doesn't count. */
async function wake(crowd: Crowd, sequence: number, latencies: Latencies | null): Promise<number> {
  let left = crowd.waiters.length;
  let end = 0;
  crowd.woken = (_, { sentAt }) => {
    end = performance.now();
    latencies?.add(end - sentAt);
    left--;
  };
  for (const waiter of crowd.waiters) waiter.expected = sequence;
  const start = performance.now();
  for (const key of crowd.keys) crowd.publishers.publish(key, sequence);
  await crowd.until(() => left === 0 && crowd.publishers.pending === 0);
  return latencies === null ? 0 : (end - start) / 1000;
}
