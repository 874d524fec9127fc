import type { CometProcess } from '../support/comet-process.ts';
import { type Answer, get } from '../support/http-client.ts';
import { titleOf } from '../support/proc.ts';
import { until } from '../support/until.ts';

/** A `/get` of a key that nobody has set, once it is certain to wait. */
export async function park(
  server: CometProcess,
  port: number,
  key: string,
): Promise<{ readonly answer: Promise<Answer> }> {
  const before = await metric(server, 'comet_waiters');
  const answer = get(port, `/get?key=${key}`);
  // Whoever awaits it hears of a failure; until then it is nobody's.
  answer.catch(() => {});
  await until(async () => (await metric(server, 'comet_waiters')) > before, { message: 'the poll to be parked' });
  return { answer };
}

/** The value of one series, named by a regular expression. */
export async function metric(server: CometProcess, name: string): Promise<number> {
  const { body } = await get(server.adminPort, '/metrics');
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(body)?.[1]);
}

/** The port that this worker process serves: its title says so. */
export async function portOf(pid: number): Promise<number> {
  return Number(/:(\d+)$/.exec(await titleOf(pid))?.[1]);
}

/** Whether a process has ended; one that nobody has waited for yet counts. */
export async function hasEnded(pid: number): Promise<boolean> {
  return (await titleOf(pid)) === '';
}
