import { randomUUID } from 'node:crypto';
import type { CometProcess } from './comet-process.ts';
import { type Answer, get, post } from './http-client.ts';
import { until } from './until.ts';

export interface GetAnswer {
  readonly error_code: number;
  readonly key: string;
  readonly value?: string;
  readonly cursor: string;
  readonly recovered?: boolean;
}

/** One poll that is parked, and its answer when it has one. */
export interface Parked {
  readonly key: string;
  /** What it had seen when it was sent. */
  readonly cursor: string;
  readonly answer: Promise<Answer>;
  settled: GetAnswer | null;
  status: number;
}

/**
 * Sets a key and gives the cursor of the entry. Refused for the time being, it tries again with the same id, as a
 * client should: written once however often it is sent.
 */
export async function set(port: number, key: string, value: string): Promise<string> {
  const form = { key, value, id: randomUUID() };
  const answer = await until(
    async () => {
      const tried = await post(port, '/set', { form });
      return tried.status === 503 ? null : tried;
    },
    { interval: 50, message: `a /set of ${key} to be taken` },
  );
  if (answer.status !== 200) throw new Error(`/set ${key}: ${answer.status} ${answer.body}`);
  return answer.json<{ cursor: string }>().cursor;
}

/** A poll with a cursor, on one worker. */
export function park(port: number, key: string, cursor: string, timeout: number): Parked {
  const answer = get(port, `/get?key=${key}&after=${cursor}&timeout=${timeout}`);
  const parked: Parked = { key, cursor, answer, settled: null, status: 0 };
  void answer.then(
    (arrived) => {
      parked.status = arrived.status;
      parked.settled = arrived.json<GetAnswer>();
    },
    () => {
      parked.status = -1;
    },
  );
  return parked;
}

/** Keys that have a value each, and a poll parked on each, spread over the workers. */
export class ParkedFleet {
  readonly comet: CometProcess;
  readonly polls: Parked[] = [];
  readonly #size: number;

  constructor(comet: CometProcess, size: number) {
    this.comet = comet;
    this.#size = size;
  }

  get keys(): string[] {
    return Array.from({ length: this.#size }, (_, index) => `key-${index}`);
  }

  /** Sets every key, on the worker after the one that polls it; gives the cursors. */
  async setAll(value: string): Promise<string[]> {
    return await Promise.all(this.keys.map((key, index) => set(this.#port(index + 1), `${key}`, `${value}-${index}`)));
  }

  /** Parks a poll on each key, and waits until the server holds them all. */
  async parkAll(cursors: readonly string[], timeout = 60): Promise<void> {
    this.polls.length = 0;
    for (const [index, key] of this.keys.entries()) {
      this.polls.push(park(this.#port(index), key, cursors[index] ?? '0', timeout));
    }
    await until(async () => (await waiters(this.comet)) >= this.#size, { message: 'every poll to be parked' });
  }

  /** Every answer, once all are there. */
  async answers(timeout: number): Promise<GetAnswer[]> {
    const waiting = () => this.polls.filter((poll) => poll.status === 0).length;
    await until(() => waiting() === 0, { timeout, message: `all polls to be answered` }).catch((error: unknown) => {
      throw new Error(`${waiting()} of ${this.polls.length} polls are still waiting`, { cause: error });
    });
    return this.polls.map((poll) => poll.settled as GetAnswer);
  }

  get answered(): number {
    return this.polls.filter((poll) => poll.status !== 0).length;
  }

  #port(index: number): number {
    return this.comet.port(index % this.comet.ports.length);
  }
}

/** Polls that the workers hold now, as their metrics say. */
export async function waiters(comet: CometProcess): Promise<number> {
  return await figure(comet, 'comet_waiters');
}

/** The sum of one metric over its labels. */
export async function figure(comet: CometProcess, name: string): Promise<number> {
  return sumOf(await scrape(comet), name);
}

/**
 * What the machine says of itself, once every worker has told its part of it: for one that took more than a second stands
 * what it said before, and a test would take what was for what is.
 */
export async function scrape(comet: CometProcess): Promise<string> {
  const complete = async () => {
    const { body } = await get(comet.adminPort, '/metrics');
    return sumOf(body, 'comet_workers_reporting') === sumOf(body, 'comet_workers') ? body : null;
  };
  return await until(complete, { interval: 50, message: 'a scrape that every worker answers' });
}

function sumOf(exposition: string, name: string): number {
  const samples = exposition.split('\n').filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Waits until the whole machine can deliver again, and gives the milliseconds that it took. */
export async function ready(comet: CometProcess, timeout = 20_000): Promise<number> {
  const since = performance.now();
  await until(() => comet.isReady(), { timeout, message: 'comet to be ready again' });
  return performance.now() - since;
}

/** Waits until the machine knows that it can't deliver. */
export async function unready(comet: CometProcess, timeout = 20_000): Promise<void> {
  const down = async () => (await get(comet.adminPort, '/readyz')).status === 503;
  await until(down, { timeout, message: 'comet to notice that it cannot deliver' });
}
