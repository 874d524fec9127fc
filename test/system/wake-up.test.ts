import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CometProcess } from '../support/comet-process.ts';
import { type Answer, get, post } from '../support/http-client.ts';
import { figure } from '../support/parked-fleet.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

let redis: RedisServer;
/** Two machines on one Redis. */
let machines: [CometProcess, CometProcess];

beforeAll(async () => {
  redis = await RedisServer.start({ config: { 'notify-keyspace-events': 'Kl' } });
  const flags = { 'redis-url': redis.url };
  machines = await Promise.all([CometProcess.start({ flags }), CometProcess.start({ flags })]);
});

afterAll(async () => {
  await Promise.all(machines.map((machine) => machine.stop()));
  await redis.stop();
});

/** Sends a poll and waits until that machine holds it. */
async function parked(machine: CometProcess, port: number, path: string): Promise<Promise<Answer>[]> {
  const before = await figure(machine, 'comet_waiters');
  const answer = get(port, path);
  await until(async () => (await figure(machine, 'comet_waiters')) > before, { message: 'the poll to be parked' });
  return [answer];
}

describe('a waiter', () => {
  it('on one worker is woken by a set on another', async () => {
    const [machine] = machines;
    const [answer] = await parked(machine, machine.port(0), '/get?key=a');
    const { cursor } = (await post(machine.port(1), '/set', { form: { key: 'a', value: 'x' } })).json();
    expect((await answer)?.json()).toEqual({ error_code: 0, key: 'a', value: 'x', cursor });
  });

  it('on one machine is woken by a set on another', async () => {
    const [here, there] = machines;
    const [answer] = await parked(here, here.port(1), '/get?key=b');
    const { cursor } = (await post(there.port(0), '/set', { form: { key: 'b', value: 'ü' } })).json();
    expect((await answer)?.json()).toEqual({ error_code: 0, key: 'b', value: 'ü', cursor });
  });

  it('asks Redis for nothing while its key is watched, and a set is one script', async () => {
    const [machine] = machines;
    const set = async (value: string) => (await post(machine.port(1), '/set', { form: { key: 'c', value } })).json();
    const calls = async (command: string) => {
      const stats = String(await redis.cli('INFO', 'commandstats'));
      return Number(new RegExp(`^cmdstat_${command}:calls=(\\d+)`, 'm').exec(stats)?.[1] ?? 0);
    };
    const first = await set('1');
    await redis.cli('CONFIG', 'RESETSTAT');
    const [answer] = await parked(machine, machine.port(0), `/get?key=c&after=${first.cursor}`);
    // A poll is held from the moment it comes; what it asks Redis for first, it has to have asked.
    await until(async () => (await calls('subscribe')) > 0 && (await calls('hmget')) > 0, {
      message: 'the key to be watched and read',
    });
    await redis.cli('CONFIG', 'RESETSTAT');
    const second = await set('2');
    expect((await answer)?.json()).toMatchObject({ value: '2', cursor: second.cursor, recovered: true });
    expect((await get(machine.port(0), '/get?key=c')).json()).toMatchObject({ value: '2' });
    expect(await calls('subscribe')).toBe(0);
    // One append; the probes of the four workers run scripts of their own, which read no hash.
    expect(await calls('hmget')).toBe(1);
  });
});

describe('a mailbox poll', () => {
  it('is woken by a push on another machine', async () => {
    const [here, there] = machines;
    const [answer] = await parked(here, here.port(0), '/?uid=7');
    await post(there.port(1), '/push', { form: { uid: '7', value: '{"n":1}' } });
    expect((await answer)?.body).toBe('{"n":1}');
  });

  it('is woken by a bare LPUSH of another program', async () => {
    const [machine] = machines;
    const [answer] = await parked(machine, machine.port(0), '/?uid=42');
    await redis.cli('LPUSH', 'Q/MSG42', 'plain text', 'second');
    const woken = await answer;
    expect([woken?.body, woken?.headers['content-type']]).toEqual(['plain text', 'text/plain; charset=utf-8']);
    expect((await get(machine.port(1), '/?uid=42')).body).toBe('second');
  });

  it('finds by its rhythm of looks what nothing told of', async () => {
    const silent = await RedisServer.start();
    const machine = await CometProcess.start({
      // Looks after 0.3, 0.9, 2.1 and 4.5 s, which is the last: longer than a busy machine stands still.
      flags: { 'redis-url': silent.url, 'mailbox-wait-min': 0.3, 'mailbox-wait-max': 3 },
    });
    try {
      const [answer] = await parked(machine, machine.port(0), '/?uid=42');
      await silent.cli('LPUSH', 'Q/MSG42', 'found');
      expect((await answer)?.body).toBe('found');
      expect((await get(machine.port(0), '/?uid=42')).body).toBe('{"stop":1}');
    } finally {
      await machine.stop();
      await silent.stop();
    }
  });

  it('with acknowledgement gives each message until it is acknowledged', async () => {
    const [here, there] = machines;
    await redis.cli('LPUSH', 'Q/MSG9', 'one', 'two');
    const first = (await get(here.port(0), '/?uid=9&ack=')).json();
    expect(first).toMatchObject({ error_code: 0, value: 'one' });
    expect((await get(there.port(0), '/?uid=9&ack=')).json()).toEqual(first);
    const second = (await get(there.port(1), `/?uid=9&ack=${first.id}`)).json();
    expect(second).toMatchObject({ value: 'two' });
    expect((await get(here.port(1), `/?uid=9&ack=${second.id}&timeout=0`)).json()).toEqual({ error_code: 1 });
  });

  it('gives each of many messages to one of many polls', async () => {
    const ports = machines.flatMap((machine) => machine.ports);
    const polls = Array.from({ length: 40 }, (_, index) => get(ports[index % ports.length] as number, '/?uid=many'));
    const values = polls.map((_, index) => `m${index}`);
    for (const value of values) await redis.cli('LPUSH', 'Q/MSGmany', value);
    const bodies = (await Promise.all(polls)).map((answer) => answer.body);
    expect(bodies.sort()).toEqual(values.sort());
  });
});
