import type { CometProcess } from '../support/comet-process.ts';
import { type Answer, get } from '../support/http-client.ts';
import { scrape, waiters } from '../support/parked-fleet.ts';
import { titleOf } from '../support/proc.ts';
import { until } from '../support/until.ts';

/** A `/get` of a key that nobody has set, once it is certain to wait. One at a time: it is told by the number of waiters. */
export async function park(
  server: CometProcess,
  port: number,
  key: string,
): Promise<{ readonly answer: Promise<Answer> }> {
  const before = await waiters(server);
  const answer = get(port, `/get?key=${key}`);
  // Whoever awaits it hears of a failure; until then it is nobody's.
  answer.catch(() => {});
  await until(async () => (await waiters(server)) > before, { message: 'the poll to be parked' });
  return { answer };
}

/** The value of one series, named by a regular expression, as every worker tells it now. */
export async function metric(server: CometProcess, name: string): Promise<number> {
  return sampleOf(await scrape(server), name);
}

/** As `metric`, of a machine on which a worker may be silent. */
export async function primaryMetric(server: CometProcess, name: string): Promise<number> {
  return sampleOf((await get(server.adminPort, '/metrics')).body, name);
}

function sampleOf(exposition: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(exposition)?.[1]);
}

/** The port that this worker process serves: its title says so. */
export async function portOf(pid: number): Promise<number> {
  return Number(/:(\d+)$/.exec(await titleOf(pid))?.[1]);
}

/** Whether a process has ended; one that nobody has waited for yet counts. */
export async function hasEnded(pid: number): Promise<boolean> {
  return (await titleOf(pid)) === '';
}
