import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from './client.ts';
import { failureText } from './failure-text.ts';
import { EXIT, type Io } from './io.ts';
import { type Asked, poll } from './poll.ts';

/**
 * Writes every entry as it comes. Ends only at an error that will not pass, with the exit code; a server that is away
 * is asked again, and its cursor tells whether something was missed meanwhile.
 */
export async function follow(
  io: Io,
  client: Client,
  asked: Asked,
  write: (body: Readonly<Record<string, unknown>>) => void,
): Promise<number> {
  let next = asked;
  let told = '';
  for (;;) {
    const answer = await poll(client, next, Number.POSITIVE_INFINITY);
    if (answer.ok) {
      told = '';
      if (answer.body.recovered === false) io.stderr.write('comet: entries may have been missed here\n');
      if (answer.body.error_code === 0) write(answer.body);
      next = { ...asked, all: true, fresh: false, after: cursorOf(answer.body) };
      continue;
    }
    if (answer.message !== told) io.stderr.write(`comet: ${failureText(answer)}\n`);
    told = answer.message;
    if (answer.retryAfter === null) return EXIT.failed;
    await sleep(answer.retryAfter * 1000);
  }
}

/** Where to go on: the cursor of the newest entry. */
function cursorOf(body: Readonly<Record<string, unknown>>): string {
  const newest = Array.isArray(body.entries) ? (body.entries.at(-1) as { cursor?: unknown } | undefined) : body;
  return String(body.cursor ?? newest?.cursor ?? '');
}
