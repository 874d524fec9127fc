import type { Answer } from './client.ts';
import { failureText } from './failure-text.ts';
import type { Io } from './io.ts';
import { Retreat } from './retreat.ts';

/** Asks until there is an answer; `null` once it is told to stop, or after telling an error that will not pass. */
export async function patiently(
  io: Io,
  ask: () => Promise<Answer>,
  signal: AbortSignal,
): Promise<Readonly<Record<string, unknown>> | null> {
  const retreat = new Retreat();
  let told = '';
  while (!signal.aborted) {
    const answer = await ask();
    if (answer.ok) return answer.body;
    if (answer.message !== told) io.stderr.write(`comet: ${failureText(answer)}\n`);
    told = answer.message;
    if (answer.retryAfter === null) return null;
    await retreat.wait(answer.retryAfter, signal);
  }
  return null;
}
