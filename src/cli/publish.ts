import type { Problem } from '../config/problem.ts';
import { type Contact, clientOf } from './client.ts';
import { type Call, report } from './command.ts';
import type { Settings } from './flags.ts';
import { readValue } from './input.ts';
import { EXIT } from './io.ts';

/** More than the server's own deadlines. */
const DEADLINE_SECONDS = 30;

/**
 * Sends a publish with the value that the last operand names, and gives the exit code; `done` is told the answer.
 * `fields` are the parameters beside `value`; empty ones are left out.
 */
export async function publish(
  { io, loaded, operands, contact }: Pick<Call<Settings>, 'io' | 'loaded' | 'operands'> & { readonly contact: Contact },
  path: string,
  fields: Readonly<Record<string, string>>,
  done: (body: Readonly<Record<string, unknown>>) => void,
): Promise<number> {
  const client = clientOf(io, loaded.config, contact, true);
  if (client === null) return EXIT.wrong;
  const value = await readValue(io, operands.at(-1) ?? '').catch(
    (): Problem => ({ place: 'stdin', message: 'is not UTF-8' }),
  );
  if (typeof value !== 'string') return report(io, [value]);
  const given = Object.entries(fields).filter(([, text]) => text !== '');
  const answer = await client.post(path, { ...Object.fromEntries(given), value }, DEADLINE_SECONDS);
  if (answer.ok) done(answer.body);
  else io.stderr.write(`comet: ${answer.message}\n`);
  return answer.ok ? EXIT.done : EXIT.failed;
}
