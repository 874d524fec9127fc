import { Invalid } from '../invalid.ts';
import type { Measurement } from '../measurement.ts';
import type { Connection } from './connection.ts';
import { dialectNamed } from './dialects/catalogue.ts';
import { BARE } from './dialects/request.ts';
import { Dialer } from './dialer.ts';
import { Faults } from './faults.ts';
import { HOT_KEY, heat } from './hot-key.ts';
import { Latencies } from './latencies.ts';
import type { StormTask } from './task.ts';
import { Window } from './window.ts';

const PATIENCE_MS = 60_000;

/** Everybody comes at once; see the task. The time runs from the first connect to the last answer. */
export async function storm({ target, connections: count }: StormTask): Promise<Measurement> {
  await heat(target);
  const request = dialectNamed(target.dialect, BARE).poll(HOT_KEY, '');
  const dialer = new Dialer(target.endpoints);
  const window = new Window(target);
  const latencies = new Latencies();
  const connections: Connection[] = [];
  const faults = new Faults();
  const late = setTimeout(
    () => faults.raise(new Invalid(`answers are missing: ${count - latencies.count}`)),
    PATIENCE_MS,
  );
  window.open();
  const start = performance.now();
  try {
    const answered = new Promise<void>((resolve) => {
      for (let index = 0; index < count; index++) {
        const began = performance.now();
        const { connection } = dialer.dial();
        connections.push(connection);
        connection.owner = {
          answered: () => {
            latencies.add(performance.now() - began);
            if (latencies.count === count) resolve();
          },
          failed: (error) => faults.raise(error),
        };
        connection.send(request);
      }
    });
    await faults.orElse(answered);
  } finally {
    clearTimeout(late);
  }
  const seconds = (performance.now() - start) / 1000;
  window.close();
  for (const connection of connections) connection.close();
  const curve = latencies.curve();
  return { figures: { ...window.figures(count, seconds), seconds }, curve };
}
