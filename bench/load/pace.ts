import type { Measurement } from '../measurement.ts';
import type { Crowd } from './crowd.ts';
import { Latencies, wakeFigures } from './latencies.ts';
import type { PaceTask } from './task.ts';
import type { Waiter } from './waiter.ts';
import { Window } from './window.ts';

/**
 * Publishes at a fixed rate, whether or not the server keeps up: a publish that waits for a free connection or for its
 * waiter is late, and its latency begins when it was due. Time that this process itself lost isn't the server's: `due`
 * is the tick of the load's own timer.
 */
export async function pace(crowd: Crowd, { rate, warmupSeconds, seconds }: PaceTask): Promise<Measurement> {
  const window = new Window(crowd.target);
  const latencies = new Latencies();
  const ready = [...crowd.waiters];
  const due: number[] = [];
  let isMeasured = false;
  let underWay = 0;
  const publish = (waiter: Waiter, at: number): void => {
    underWay++;
    crowd.publishers.publish(waiter.key, ++waiter.expected, at);
  };
  crowd.woken = (waiter, { sentAt }) => {
    underWay--;
    if (isMeasured) latencies.add(performance.now() - sentAt);
    waiter.poll();
    const next = due.shift();
    if (next === undefined) ready.push(waiter);
    else publish(waiter, next);
  };
  const start = performance.now();
  let issued = 0;
  let next = 0;
  const tick = (): void => {
    const now = performance.now();
    const wanted = Math.floor(((now - start) / 1000) * rate);
    for (; issued < wanted; issued++) {
      const waiter = ready[next];
      if (waiter === undefined) due.push(now);
      else {
        next++;
        publish(waiter, now);
      }
    }
    ready.splice(0, next);
    next = 0;
  };
  const timer = setInterval(tick, 1);
  try {
    await crowd.pause(warmupSeconds * 1000);
    window.open();
    isMeasured = true;
    await crowd.pause(seconds * 1000);
    isMeasured = false;
    window.close();
  } finally {
    clearInterval(timer);
  }
  await crowd.until(() => underWay === 0 && crowd.publishers.pending === 0);
  const curve = latencies.curve();
  const count = latencies.count;
  return { figures: { ...window.figures(count), ...wakeFigures(curve) }, curve };
}
