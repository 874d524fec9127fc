import { ask } from './asker.ts';
import { dialectNamed } from './dialects/catalogue.ts';
import { BARE } from './dialects/request.ts';
import { Dialer } from './dialer.ts';
import { stampedValue } from './stamp.ts';
import type { Target } from './target.ts';

/** A key that has a value. */
export const HOT_KEY = 'hot';

/** Gives it its value. */
export async function heat(target: Target): Promise<void> {
  const dialect = dialectNamed(target.dialect, BARE);
  const connection = await new Dialer(target.endpoints).open();
  await ask(connection, dialect.publish(HOT_KEY, stampedValue({ sentAt: performance.now(), sequence: 1 })));
  connection.close();
}

/** Parks one poll for its next value at every endpoint, as somebody does with any key that is hot; ends them again. */
export async function watch(target: Target): Promise<() => void> {
  const dialect = dialectNamed(target.dialect, BARE);
  const connections = await new Dialer(target.endpoints).openMany(target.endpoints.length);
  for (const connection of connections) {
    const answer = await ask(connection, dialect.poll(HOT_KEY, ''));
    connection.owner = null;
    connection.send(dialect.poll(HOT_KEY, dialect.positionIn(answer)));
  }
  return () => {
    for (const connection of connections) connection.close();
  };
}
