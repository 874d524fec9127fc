import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { JournalEntry, Tick } from '../../src/dashboard/wire.ts';
import { CometProcess } from '../support/comet-process.ts';
import { EventClient } from '../support/event-client.ts';
import { park, set } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let redis: RedisServer;
let comet: CometProcess;
let stream: EventClient;

beforeAll(async () => {
  redis = await RedisServer.start();
  comet = await CometProcess.start({ workers: 1, flags: { 'redis-url': redis.url, 'drain-seconds': 0 } });
  stream = await EventClient.open(comet.adminPort, '/events');
  await stream.received(1);
});

afterAll(async () => {
  stream?.close();
  await comet?.stop();
  await redis?.stop();
});

function all<T>(type: string): T[] {
  return stream.events.filter((event) => event.type === type).map(({ data }) => data as T);
}

/** Waits until these incidents have come one after another, among others, since so many had. */
async function happened(since: number, ...wanted: JournalEntry['incident'][]): Promise<readonly JournalEntry[]> {
  const told = () => all<JournalEntry>('incident').slice(since);
  const inOrder = () => {
    let next = 0;
    for (const { incident } of told()) if (incident === wanted[next]) next++;
    return next === wanted.length;
  };
  await until(inOrder, { timeout: 20_000, message: `${wanted} in ${JSON.stringify(told())}` });
  return told();
}

async function tick(holds: (tick: Tick) => boolean): Promise<void> {
  await until(() => all<Tick>('tick').slice(-1).some(holds), {
    timeout: 20_000,
    message: 'a tick of another kind',
  });
}

describe('the journal', () => {
  it('tells of Redis that is lost and comes back, and of what was read again', async () => {
    const since = all('incident').length;
    const cursor = await set(comet.port(0), 'incidents:key', 'value');
    const poll = park(comet.port(0), 'incidents:key', cursor, 60);
    await tick(({ redis: { up }, point }) => up === true && point.waiters === 1);
    await redis.kill();
    const [lost] = await happened(since, 'unready');
    expect(lost).toMatchObject({ worker: 1, text: expect.stringMatching(/Redis/) });
    await tick(({ ready, reason, redis: { up }, workers }) => {
      return !ready && reason !== '' && up === false && workers[0]?.status === 'unready';
    });
    await redis.restart();
    await happened(since, 'unready', 'ready', 'resync');
    await tick(
      ({ ready, redis: { up, resyncs, reconnects } }) => ready && up === true && resyncs > 0 && reconnects > 0,
    );
    await set(comet.port(0), 'incidents:key', 'another');
    expect((await poll.answer).status).toBe(200);
  });

  it('tells of a reload: who comes, who goes, and that it is done', async () => {
    const since = all('incident').length;
    comet.signal('SIGHUP');
    const told = await happened(since, 'started', 'draining', 'drained');
    const reloaded = (await happened(since, 'reloaded')).find(({ incident }) => incident === 'reloaded');
    expect(reloaded).toMatchObject({ worker: null });
    expect(told.map(({ incident }) => incident)).not.toContain('died');
    await tick(({ restarts, workers }) => restarts === 0 && workers.length === 1 && workers[0]?.status === 'serving');
  });
});
