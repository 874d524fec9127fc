import { afterEach, describe, expect, it } from '@jest/globals';
import { CometProcess, type CometProcessOptions } from '../support/comet-process.ts';
import { get, post } from '../support/http-client.ts';
import { until } from '../support/until.ts';
import { promtool, risingOf, seriesOf } from './exposition.ts';

const KEY = 'a-publish-key-for-the-scrape';
const AUTHORIZED = { headers: { authorization: `Bearer ${KEY}` } };

let comet: CometProcess | undefined;

async function start(options: CometProcessOptions = {}): Promise<CometProcess> {
  const flags = { 'publish-key': KEY, 'drain-seconds': 0.2, ...options.flags };
  comet = await CometProcess.start({ ...options, flags });
  return comet;
}

afterEach(async () => {
  await comet?.stop();
  comet = undefined;
});

async function expose(server: CometProcess): Promise<string> {
  const answer = await get(server.adminPort, '/metrics');
  expect(answer.status).toBe(200);
  expect(answer.headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
  return answer.body;
}

async function scrape(server: CometProcess): Promise<Map<string, number>> {
  return seriesOf(await expose(server));
}

/** The first exposition in which a series has this value. */
function exposeWith(server: CometProcess, series: string, value: number): Promise<string> {
  const look = async () => {
    const text = await expose(server);
    return seriesOf(text).get(series) === value ? text : null;
  };
  return until(look, { message: `${series} to be ${value}` });
}

/** The exposition of a scrape that so many workers answered: a busy machine may make one miss its deadline. */
function exposeOf(server: CometProcess, reporting: number): Promise<string> {
  return exposeWith(server, 'comet_workers_reporting', reporting);
}

/** Has a poll on the first worker woken by a set on the second, and a set refused. */
async function traffic(server: CometProcess, key: string): Promise<void> {
  // Subscribes: the next poll of this key parks at once, and is woken by the notice and not by a read.
  expect((await get(server.port(0), `/get?key=${key}&after=0&timeout=1`)).json()).toMatchObject({ error_code: 1 });
  const parked = (await scrape(server)).get('comet_waiters') ?? 0;
  const waiter = get(server.port(0), `/get?key=${key}&timeout=20`);
  await until(async () => ((await scrape(server)).get('comet_waiters') ?? 0) > parked, { message: 'the poll to park' });
  await post(server.port(1), '/set', { ...AUTHORIZED, form: { key, value: 'v' } });
  expect((await waiter).json()).toMatchObject({ error_code: 0, value: 'v' });
  expect((await post(server.port(0), '/set', { form: { key, value: 'w' } })).status).toBe(401);
}

/** Series that stepped back or went away from one exposition to a later one, though they may only rise. */
function setbacks(before: string, after: string): string[] {
  const now = risingOf(after);
  return [...risingOf(before)]
    .filter(([series, value]) => !((now.get(series) ?? -1) >= value))
    .map(([series]) => series);
}

describe('the scrape of a running server', () => {
  it('counts what happened, exactly, on whichever worker, and promtool has no complaint', async () => {
    const server = await start();
    await traffic(server, 'scrape-count');
    const exposition = await exposeOf(server, 2);
    expect(await promtool(['check', 'metrics'], exposition)).toEqual({ code: 0, output: '' });
    const series = seriesOf(exposition);
    expect(Object.fromEntries(series)).toMatchObject({
      comet_workers: 2,
      comet_workers_reporting: 2,
      comet_worker_restarts_total: 0,
      comet_waiters: 0,
      comet_deliveries_total: 1,
      comet_wake_seconds_count: 1,
      'comet_wake_seconds_bucket{le="5"}': 1,
      'comet_polls_total{outcome="value"}': 1,
      'comet_polls_total{outcome="timeout"}': 1,
      'comet_publishes_total{result="ok"}': 1,
      'comet_refused_total{reason="authorization"}': 1,
      'comet_refused_total{reason="sign"}': 0,
      'comet_http_requests_total{route="get",status="200"}': 2,
      'comet_http_requests_total{route="set",status="200"}': 1,
      'comet_http_requests_total{route="set",status="401"}': 1,
    });
    for (const worker of ['1', '2', 'primary']) {
      expect(series.get(`process_resident_memory_bytes{worker="${worker}"}`)).toBeGreaterThan(1_000_000);
    }
  });

  it('keeps the counters of workers that are killed, and tells how many report', async () => {
    const server = await start();
    await traffic(server, 'scrape-kill');
    const before = await exposeOf(server, 2);
    const killed = await server.workerPids();
    for (const pid of killed) process.kill(pid, 'SIGKILL');
    const lost: string[] = [];
    const exposition = await until(
      async () => {
        const text = await expose(server);
        lost.push(...setbacks(before, text));
        const series = seriesOf(text);
        const whole = series.get('comet_worker_restarts_total') === 2 && series.get('comet_workers_reporting') === 2;
        return whole ? text : null;
      },
      { message: 'two successors to report' },
    );
    expect(lost).toEqual([]);
    expect((await server.workerPids()).filter((pid) => killed.includes(pid))).toEqual([]);
    const series = seriesOf(exposition);
    expect(series.get('comet_deliveries_total')).toBe(1);
    expect(series.get('comet_http_requests_total{route="set",status="401"}')).toBe(1);
    // A successor reports before it has its port.
    const serves = async (port: number) => (await get(port, '/readyz')).status === 200;
    for (const port of server.ports) await until(() => serves(port), { message: `port ${port} to be served` });
    await traffic(server, 'scrape-kill-again');
    await exposeWith(server, 'comet_deliveries_total', 2);
  });

  it('keeps the counters of workers that a reload replaced', async () => {
    const server = await start();
    await traffic(server, 'scrape-reload');
    const before = await exposeOf(server, 2);
    const replaced = await server.workerPids();
    // After the last scrape before they end: known from their last words only.
    await post(server.port(1), '/set', { ...AUTHORIZED, form: { key: 'scrape-reload', value: 'w' } });
    server.signal('SIGHUP');
    const areReplaced = async () => {
      const pids = await server.workerPids();
      return pids.length === 2 && !pids.some((pid) => replaced.includes(pid));
    };
    await until(areReplaced, { message: 'both workers to be replaced' });
    const exposition = await exposeWith(server, 'comet_publishes_total{result="ok"}', 2);
    expect(setbacks(before, exposition)).toEqual([]);
    const series = seriesOf(exposition);
    expect(series.get('comet_worker_restarts_total')).toBe(0);
    expect(series.get('comet_deliveries_total')).toBe(1);
  });

  it('does without a worker that is silent, whose last known figures stand', async () => {
    const server = await start();
    await traffic(server, 'scrape-silent');
    const before = await exposeOf(server, 2);
    const [silent] = await server.workerPids();
    if (silent === undefined) throw new Error('there is no worker');
    process.kill(silent, 'SIGSTOP');
    try {
      const exposition = await exposeOf(server, 1);
      expect(setbacks(before, exposition)).toEqual([]);
      const series = seriesOf(exposition);
      expect(series.get('comet_workers')).toBe(2);
      expect(series.get('comet_deliveries_total')).toBe(1);
    } finally {
      process.kill(silent, 'SIGCONT');
    }
    await exposeOf(server, 2);
    expect(await server.workerPids()).toContain(silent);
  });
});
