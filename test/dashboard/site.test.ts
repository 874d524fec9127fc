import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BusiestKeys, Opening, Tick } from '../../src/dashboard/wire.ts';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { get, post } from '../support/http-client.ts';
import { park, set } from '../support/parked-fleet.ts';
import { until } from '../support/until.ts';

let comet: CometProcess;
const streams: EventClient[] = [];

beforeAll(async () => {
  comet = await CometProcess.start({ flags: { 'drain-seconds': 0 } });
});

afterAll(async () => {
  for (const stream of streams) stream.close();
  await comet.stop();
});

async function follow(headers: Record<string, string> = {}): Promise<EventClient> {
  const stream = await EventClient.open(comet.adminPort, '/events', { headers });
  streams.push(stream);
  return stream;
}

/** The newest event of this kind for which a condition holds. */
async function told<T>(stream: EventClient, type: string, holds: (data: T) => boolean): Promise<T> {
  return await until(
    () =>
      stream.events
        .filter((event) => event.type === type)
        .map(({ data }) => data as T)
        .findLast(holds),
    { timeout: 20_000, message: `a ${type} event; there are ${JSON.stringify(stream.events.slice(-3))}` },
  );
}

describe('the site of the admin server', () => {
  it.each(['/', '/try'])('has %s, which may load nothing but what is its own', async (path) => {
    const { status, headers, body } = await get(comet.adminPort, path);
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(headers['content-security-policy']).toMatch(/^default-src 'none'; .*require-trusted-types-for 'script'/);
    expect(headers['content-security-policy']).not.toMatch(/unsafe|\*/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(body).not.toMatch(/(src|href)="(?![/#])/);
    expect(body).not.toMatch(/<script[^>]*>[^<]|<style|style=|\son\w+=/);
    for (const [, file = ''] of body.matchAll(/(?:src|href)="(\/[^"#]*)"/g)) {
      expect([file, (await get(comet.adminPort, file)).status]).toEqual([file, 200]);
    }
  });

  it.each([
    '/assets/nothing.js',
    '/assets/../site.js',
    '/assets/%2e%2e/site.js',
    '/assets/tsconfig.json',
    '/assets/',
    '/api/nothing',
  ])('has no %s', async (path) => {
    expect((await get(comet.adminPort, path)).status).toBe(404);
  });

  it('changes nothing: it takes GET and HEAD only', async () => {
    for (const path of ['/', '/events', '/api/keys', '/api/server', '/assets/try.js']) {
      const answer = await post(comet.adminPort, path, { form: { key: 'a', value: 'b' } });
      expect([path, answer.status, answer.headers.allow]).toEqual([path, 405, 'GET, HEAD']);
    }
  });

  it('is for its own pages: other hosts and other origins are refused, and no CORS lets anybody read', async () => {
    for (const path of ['/', '/events', '/api/keys', '/api/workers', '/assets/try.js']) {
      const rebound = await get(comet.adminPort, path, { headers: { host: 'evil.example' } });
      expect([path, rebound.status, rebound.json().error]).toEqual([path, 403, 'HOST_FORBIDDEN']);
      const headers = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' };
      const foreign = await get(comet.adminPort, path, { headers });
      expect([path, foreign.status, foreign.json().error]).toEqual([path, 403, 'ORIGIN_FORBIDDEN']);
      expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
    }
    const scrape = await get(comet.adminPort, '/metrics', { headers: { host: 'comet.monitoring.svc' } });
    expect(scrape.status).toBe(200);
  });

  it('names the busiest keys of all workers, with who waits and how much happens', async () => {
    const key = 'site:<script>';
    const query = encodeURIComponent(key);
    const parked = (after: string) => [0, 1, 1].map((index) => park(comet.port(index), query, after, 30));
    let polls = parked('0');
    const ask = async () => (await get(comet.adminPort, '/api/keys?limit=5')).json<BusiestKeys>();
    const row = await until(async () => (await ask()).keys.find((each) => each.key === key && each.waiters === 3));
    expect(row).toEqual({ key, waiters: 3, sets: 0, deliveries: 0 });
    // A worker that is too busy to tell in time has its part left out, and does not tell it again.
    await until(async () => {
      const cursor = await set(comet.port(0), key, 'value');
      await Promise.all(polls.map(({ answer }) => answer));
      const { keys } = (await get(comet.adminPort, '/api/keys?sort=deliveries')).json<BusiestKeys>();
      const isTold = keys.some((row) => row.key === key && row.waiters === 0 && row.deliveries > 0 && row.sets > 0);
      if (!isTold) polls = parked(cursor);
      return isTold;
    });
  });

  it.each(['limit=0', 'limit=101', 'limit=-1', 'limit=x', 'limit=1.5', 'limit=', 'sort=key', 'sort='])(
    'refuses /api/keys?%s',
    async (query) => {
      const answer = await get(comet.adminPort, `/api/keys?${query}`);
      expect([answer.status, answer.json().error]).toEqual([400, 'PARAMETER_INVALID']);
    },
  );

  it('says what a page has to know of the server', async () => {
    expect((await get(comet.adminPort, '/api/server')).json()).toMatchObject({
      error_code: 0,
      engine: 'embedded',
      host: '',
      ports: comet.ports,
      tryOut: true,
      publishKey: false,
      sign: false,
    });
    // Known once the machine was looked at, which it is each second.
    const ports = await until(async () => {
      const { workers } = (await get(comet.adminPort, '/api/workers')).json<{ workers: { port: number }[] }>();
      return workers.length > 0 && workers.map(({ port }) => port);
    });
    expect(ports).toEqual(comet.ports);
  });

  it('tells a page each second how the machine is, and what it missed when it comes back', async () => {
    const stream = await follow();
    const [opening] = await stream.received(1);
    expect(opening).toMatchObject({ type: 'opening', data: { resumed: false, server: { ports: comet.ports } } });
    const tick = await told<Tick>(stream, 'tick', ({ workers }) => workers.every(({ status }) => status === 'serving'));
    expect(tick).toMatchObject({ ready: true, reason: '', restarts: 0, redis: { up: null } });
    await told(stream, 'keys', () => true);
    stream.close();
    const id = stream.lastEventId;
    const last = stream.events.findLast(({ type }) => type === 'tick')?.data as unknown as Tick;
    const again = await follow({ 'last-event-id': id });
    await again.received(1);
    const resumed = await told<Opening>(again, 'opening', () => true);
    expect(resumed.resumed).toBe(true);
    expect(resumed.points.filter(({ at }) => at <= last.point.at)).toEqual([]);
  });

  it('tells of a worker that dies and of the one that follows', async () => {
    const stream = await follow();
    await stream.received(1);
    const [victim = 0] = await comet.workerPids();
    process.kill(victim, 'SIGKILL');
    const text = (incident: string) =>
      told<{ text: string }>(stream, 'incident', (entry) => 'incident' in entry && entry.incident === incident);
    expect((await text('died')).text).toBe(`process ${victim} ended with SIGKILL`);
    expect((await text('started')).text).toMatch(/^process \d+ serves its port/);
    await told<Tick>(
      stream,
      'tick',
      ({ restarts, workers }) => restarts === 1 && workers.every(({ pid }) => pid !== null),
    );
  });

  it('says that the server ends, and ends the streams', async () => {
    const stream = await follow();
    await stream.received(1);
    expect(await comet.stop()).toBe(0);
    await stream.ended();
    const incidents = stream.events.filter(({ type }) => type === 'incident').map(({ data }) => data.incident);
    expect(incidents[0]).toBe('stopping');
    expect(incidents.filter((incident) => incident === 'drained')).toHaveLength(2);
  });
});
