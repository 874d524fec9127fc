import { randomUUID } from 'node:crypto';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { post } from '../support/http-client.ts';
import { scrape } from '../support/parked-fleet.ts';
import { RedisStage } from '../support/redis-stage.ts';
import { until } from '../support/until.ts';

/** What a story is told on: real servers, each ended by `clear`, the last first. */
export class Deployment extends RedisStage {
  /** Two workers unless told, which don't take long to go. */
  async comet(options: CometProcessOptions = {}): Promise<CometProcess> {
    const comet = await CometProcess.start({ ...options, flags: { 'drain-seconds': 0.5, ...options.flags } });
    this.closing(() => comet.stop());
    return comet;
  }
}

export interface Entry {
  readonly key: string;
  readonly value: string;
}

/**
 * Writes many entries in one request, each key in its order. Told to come back, it does, with the same ids: each is written
 * once. Rejects when one of them can't be taken.
 */
export async function setMany(
  port: number,
  sets: readonly Entry[],
  headers: Readonly<Record<string, string>> = {},
): Promise<void> {
  const json = sets.map((set) => ({ ...set, id: randomUUID() }));
  const attempt = async () => {
    const answer = await post(port, '/batch', { json, headers });
    if (answer.status === 503) return false;
    if (answer.status !== 200 || answer.json().failed !== 0) throw new Error(`/batch: ${answer.status} ${answer.body}`);
    return true;
  };
  await until(attempt, { interval: 50, message: 'the sets to be taken' });
}

/** What a reason counts in `comet_refused_total`. */
export async function refusals(comet: CometProcess, reason: string): Promise<number> {
  return await sample(comet, `comet_refused_total{reason="${reason}"`);
}

/** The sum of the samples whose lines begin like this. */
export async function sample(comet: CometProcess, beginning: string): Promise<number> {
  const lines = (await scrape(comet)).split('\n').filter((line) => line.startsWith(beginning));
  if (lines.length === 0) throw new Error(`there is no sample ${beginning}`);
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Waits until the machine holds exactly so many waiting requests. */
export async function waiting(comet: CometProcess, count: number): Promise<void> {
  await until(async () => (await sample(comet, 'comet_waiters')) === count, {
    interval: 50,
    timeout: 30_000,
    message: `${count} waiting requests`,
  });
}
