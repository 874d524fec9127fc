import type { Measurement } from '../measurement.ts';
import type { Crowd } from './crowd.ts';
import { Latencies, wakeFigures } from './latencies.ts';
import type { CycleTask } from './task.ts';
import type { Waiter } from './waiter.ts';
import { Window } from './window.ts';

/** Set, wake, poll again, each key for itself, as fast as it goes. One waiter a key. */
export async function cycle(crowd: Crowd, { warmupSeconds, seconds }: CycleTask): Promise<Measurement> {
  const window = new Window(crowd.target);
  const latencies = new Latencies();
  let isMeasured = false;
  let isEnding = false;
  let underWay = 0;
  const publish = (waiter: Waiter): void => {
    underWay++;
    crowd.publishers.publish(waiter.key, ++waiter.expected);
  };
  crowd.woken = (waiter, { sentAt }) => {
    underWay--;
    if (isMeasured) latencies.add(performance.now() - sentAt);
    waiter.poll();
    if (!isEnding) publish(waiter);
  };
  for (const waiter of crowd.waiters) publish(waiter);
  await crowd.pause(warmupSeconds * 1000);
  window.open();
  isMeasured = true;
  await crowd.pause(seconds * 1000);
  isMeasured = false;
  window.close();
  isEnding = true;
  await crowd.until(() => underWay === 0 && crowd.publishers.pending === 0);
  const curve = latencies.curve();
  return { figures: { ...window.figures(latencies.count), ...wakeFigures(curve) }, curve };
}
