import { readFile } from 'node:fs/promises';
import { expect } from '@jest/globals';
import { CATALOGUE, type ErrorCode } from '../../src/errors.ts';
import { signMailbox } from '../../src/sign.ts';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { type Answer, get, post } from '../support/http-client.ts';
import { figure, scrape } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';

export const PUBLISH_KEY = 'publish-key-of-the-abuse-tests';
export const SIGN_SECRET = 'sign-secret-of-the-abuse-tests';
export const AUTHORIZED = { authorization: `Bearer ${PUBLISH_KEY}` };

/** A refusal as the catalogue has it, with a time to come back where that may help. */
export function refusedAs(answer: Pick<Answer, 'status' | 'headers' | 'body'>, code: ErrorCode): void {
  const { number, status, retryable } = CATALOGUE[code];
  expect(JSON.parse(answer.body)).toMatchObject({ error_code: number, error: code });
  expect(answer.status).toBe(status);
  if (retryable) expect(answer.headers['retry-after']).toMatch(/^[1-5]$/);
}

/** The server under attack: one worker in a process of its own, with keys, on the embedded engine unless told. */
export class Target {
  readonly comet: CometProcess;

  private constructor(comet: CometProcess) {
    this.comet = comet;
  }

  static async start(options: CometProcessOptions = {}): Promise<Target> {
    const flags = { 'publish-key': PUBLISH_KEY, 'sign-secret': SIGN_SECRET, 'drain-seconds': 0.5, ...options.flags };
    return new Target(await CometProcess.start({ workers: 1, ...options, flags }));
  }

  /**
   * Started so that more than this in its JavaScript heap ends the worker, which the tests then see. The young generation
   * is V8's own, so that it has its full size before they begin to measure.
   */
  static startSmall(megabytes: number, flags: CometProcessOptions['flags'] = {}): Promise<Target> {
    return Target.start({ flags, env: { NODE_OPTIONS: `--max-old-space-size=${megabytes} --max-semi-space-size=16` } });
  }

  get port(): number {
    return this.comet.port();
  }

  /** The sum of a metric over its labels. */
  figure(name: string): Promise<number> {
    return figure(this.comet, name);
  }

  /** Refusals for one reason so far. */
  async refused(reason: string): Promise<number> {
    const exposition = await scrape(this.comet);
    const line = exposition.split('\n').find((sample) => sample.startsWith(`comet_refused_total{reason="${reason}"`));
    if (line === undefined) throw new Error(`there is no reason "${reason}"`);
    return Number(line.slice(line.lastIndexOf(' ') + 1));
  }

  /** The worker's share of the machine's memory, bytes. */
  async pss(): Promise<number> {
    const [pid] = await this.comet.workerPids();
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1]) * 1024;
  }

  /** Milliseconds of a CPU that the worker has had: what it has to do costs them, whatever else keeps the machine busy. */
  async cpuMs(): Promise<number> {
    const [pid] = await this.comet.workerPids();
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // Behind the name, which may hold anything: user and system time are the 12th and 13th field from there, in 1/100 s.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  }

  set(key: string, value: string): Promise<Answer> {
    return post(this.port, '/set', { form: { key, value }, headers: AUTHORIZED });
  }

  /** The path of a poll by somebody who may. */
  mailbox(uid: string, query = ''): string {
    const expires = String(Math.ceil(Date.now() / 1000) + 60);
    const sign = signMailbox(SIGN_SECRET, uid, expires);
    return `/?${new URLSearchParams({ uid, expires, sign })}${query}`;
  }

  /** Waits until every waiter was settled and every connection closed; then it must work as ever, undisturbed. */
  async recovered(): Promise<void> {
    const waiting = async () => (await this.figure('comet_waiters')) + (await this.figure('comet_connections'));
    await until(async () => (await waiting()) === 0, {
      timeout: 20_000,
      interval: 50,
      message: 'every waiter to be settled and every connection to be closed',
    });
    const written = await this.set('abuse:recovered', 'v');
    const read = await get(this.port, '/get?key=abuse:recovered&fresh=1');
    const restarts = await this.figure('comet_worker_restarts_total');
    const defects = this.comet.logs().filter(({ level }) => level === 'error' || level === 'fatal');
    if (written.status !== 200 || read.status !== 200 || restarts > 0 || defects.length > 0) {
      throw new Error(
        `it did not recover: ${restarts} restarts, ${JSON.stringify(defects)} ${written.body} ${read.body}`,
      );
    }
  }

  stop(): Promise<number | null> {
    return this.comet.stop();
  }
}
