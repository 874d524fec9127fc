import { setTimeout as sleep } from 'node:timers/promises';
import type { Measurement } from '../measurement.ts';
import { ask } from './asker.ts';
import { dialectNamed } from './dialects/catalogue.ts';
import { BARE } from './dialects/request.ts';
import { Dialer } from './dialer.ts';
import { stampedValue } from './stamp.ts';
import type { UnheardTask } from './task.ts';
import { Window } from './window.ts';

/** Publishes to fresh keys over a given time; see the task. */
export async function unheard({ target, publishes, seconds }: UnheardTask): Promise<Measurement> {
  const dialect = dialectNamed(target.dialect, BARE);
  const connection = await new Dialer(target.endpoints.slice(0, 1)).open();
  const window = new Window(target);
  window.open();
  const start = performance.now();
  for (let index = 0; index < publishes; index++) {
    await ask(connection, dialect.publish(`u${index}`, stampedValue({ sentAt: performance.now(), sequence: 1 })));
  }
  await sleep(Math.max(0, seconds * 1000 - (performance.now() - start)));
  window.close();
  connection.close();
  return { figures: window.figures(publishes), curve: [] };
}
