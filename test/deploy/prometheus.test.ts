import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { Prometheus } from '../support/prometheus.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';
import { deployed, ROOT } from './deployed.ts';
import { dashboardQueries, rulesOf } from './expressions.ts';

/** Between two rounds of the load: it is to be there, not to take the CPU from what is tested beside it. */
const PAUSE_MS = 20;

let redis: RedisServer;
let comet: CometProcess;
let prometheus: Prometheus;
let load: Load;

beforeAll(async () => {
  redis = await RedisServer.start();
  // A call that fails on a busy machine would stand in the ratio of failures for minutes.
  comet = await CometProcess.start({ flags: { 'redis-url': redis.url, 'redis-timeout': 8 } });
  load = new Load(comet);
  const config = (await deployed('prometheus/prometheus.yml'))
    .replace('scrape_interval: 15s', 'scrape_interval: 500ms\n  evaluation_interval: 500ms')
    .replace('scrape_timeout: 5s', 'scrape_timeout: 500ms')
    .replace('127.0.0.1:8880', `127.0.0.1:${comet.adminPort}`);
  prometheus = await Prometheus.start({ config, rules: join(ROOT, 'deploy/prometheus/rules') });
});

afterAll(async () => {
  await load?.stop();
  await prometheus?.stop();
  await comet?.stop();
  await redis?.stop();
});

/** Polls that are answered, a mailbox that is used, and requests that are refused, until it is stopped. */
class Load {
  readonly #comet: CometProcess;
  readonly #done: Promise<unknown>;
  #isOn = true;

  constructor(server: CometProcess) {
    this.#comet = server;
    this.#done = Promise.all([this.#poll(0), this.#poll(1), this.#publish()]);
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#done;
  }

  async #poll(worker: number): Promise<void> {
    for (let after = '0'; this.#isOn; ) {
      const answer = await get(this.#comet.port(worker), `/get?key=load&timeout=0.2&after=${after}`);
      if (answer.status === 200) after = answer.json<{ cursor: string }>().cursor;
      else await pause(PAUSE_MS);
    }
  }

  async #publish(): Promise<void> {
    for (let value = 0; this.#isOn; value++) {
      await post(this.#comet.port(value % 2), '/set', { form: { key: 'load', value: String(value) } });
      await post(this.#comet.port(0), '/push', { form: { uid: 'load', value: String(value) } });
      await get(this.#comet.port(1), '/?uid=load&timeout=0.1');
      await get(this.#comet.port(0), '/nowhere');
      await pause(PAUSE_MS);
    }
  }
}

/** An alert without its bound: what it looks at, whether or not that is bad now. */
function sidesOf(expr: string): string[] {
  const [, left = '', right = ''] = /^(.*) [<>] ([^<>]*)$/s.exec(expr) ?? [];
  return /^[\d.]+$/.test(right) ? [left] : [left, right];
}

describe('a Prometheus that scrapes a cluster under load', () => {
  it('evaluates every rule, and each has data', async () => {
    const expected = [...(await rulesOf('recording')), ...(await rulesOf('alerts'))].flatMap((group) => group.rules);
    await until(
      async () => {
        const rules = await prometheus.rules();
        expect(rules.map(({ name }) => name)).toEqual(expect.arrayContaining(expected.map((r) => r.record ?? r.alert)));
        expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
        return true;
      },
      { timeout: 20_000, interval: 100, message: 'every rule to be evaluated' },
    );
    const questions = expected.flatMap(({ record, expr }) => (record === undefined ? sidesOf(expr) : [record]));
    expect(questions.length).toBeGreaterThan(20);
    for (const question of questions) {
      await until(async () => (await prometheus.query(question)).length > 0, { interval: 100, message: question });
    }
  });

  it('sees what happens: wake-ups, polls, refusals', async () => {
    const figure = async (expr: string) => Number((await prometheus.query(expr))[0]?.value[1] ?? Number.NaN);
    const above = (expr: string) => until(async () => (await figure(expr)) > 0, { interval: 100, message: expr });
    await above('job:comet_wake_seconds:p99_5m');
    await above('instance_outcome:comet_polls:rate5m{outcome="value"}');
    await above('instance_result:comet_publishes:rate5m{result="ok"}');
    // A scrape that a busy machine was late for takes the figures away until the next one, and makes an alert pending.
    const is = (expr: string, value: number) =>
      until(async () => (await figure(expr)) === value, { interval: 100, message: `${expr} to be ${value}` });
    await is('comet_redis_up', 1);
    await is('instance:comet_http_failures:ratio5m', 0);
    const pages = async () => (await prometheus.query('ALERTS{severity="page"}')).length;
    await until(async () => (await pages()) === 0, { interval: 100, message: 'no alert that pages' });
  });

  it('has an answer to each question of the dashboard', async () => {
    for (const query of await dashboardQueries()) {
      // The marks of workers that died: none has.
      if (query.endsWith('> 0')) expect(await prometheus.query(query)).toEqual([]);
      else await until(async () => (await prometheus.query(query)).length > 0, { interval: 100, message: query });
    }
  });

  it('raises the alert when Redis goes away', async () => {
    await redis.kill();
    await until(async () => (await prometheus.query('ALERTS{alertname="CometRedisAway"}')).length === 1, {
      timeout: 20_000,
      interval: 100,
      message: 'the alert to be pending',
    });
  });
});
